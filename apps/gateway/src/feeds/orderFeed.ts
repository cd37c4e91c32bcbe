import { available, levelKey, type Instant, type Level, type OrderSummary } from '@quayside/contracts';
import type { OrderFilter, OrderKey, OrderNews, StoredOrder } from '@quayside/store';
import type { Feed, Since, View } from '../live/feed.js';
import { encodeNodeId } from '../nodeId.js';
import { mayMatchOrder, readOrderFilter } from '../reads/orderFilter.js';
import { sees, type Visible } from '../visible.js';
import type { ObjectPage } from './objectFeed.js';
import type { Held, Objects } from './ring.js';
import { encodeStreamCursor, laterOf, readStreamCursor, type StreamCursor } from './streamCursor.js';
import type { Stretch } from './stretch.js';

export const ORDER_OBJECTS: Objects<OrderSummary> = { keyOf: ({ location, number }) => levelKey(location, number), versionOf: ({ version }) => version };

export interface OrderFeedParts {
  readonly orders: Stretch<OrderSummary>;
  /** Of the same topic: an order whose stock is oversold is at risk without having changed. */
  readonly levels: Stretch<Level>;
  readonly readPage: (filter: OrderFilter, from: string | null) => Promise<ObjectPage<StoredOrder>>;
  readonly readNews: (news: OrderNews) => Promise<{ readonly matching: readonly StoredOrder[]; readonly others: readonly OrderKey[] }>;
  readonly now: () => Instant;
}

/** A cursor that does not say up to when promises were looked at (one of a page, of a mutation): as many hours are looked through again, ms. */
const UNSEEN_MS = 24 * 3_600_000;

/**
 * `orderChanges`: every order that the filter and the scope let through. Changes say which orders to look at, and Postgres how they stand:
 * lines, punctuality and filters by them are in no change, and time passes without one. What time alone has changed is told with the next
 * batch or heartbeat.
 */
export function orderFeed(parts: OrderFeedParts): Feed {
  const { orders, levels } = parts;
  return {
    head: () => showSeen(orders.head(), parts.now()),
    isRetained: (text) => {
      const cursor = readStreamCursor(text);
      return orders.isRetained(cursor) && levels.isRetained(cursor);
    },
    onChange: (listen) => orders.onChange(listen),
    open: ({ filter: given }, visible) => toView(parts, visible, (now) => readOrderFilter(given, { visible, now })),
  };
}

function toView(parts: OrderFeedParts, visible: Visible, filterAt: (now: Instant) => OrderFilter): View {
  filterAt(parts.now()); // refuses now what it would refuse later
  const unchanged = { removedIds: [], coalesced: 0 };
  return {
    page: async (from) => {
      const { objects, next } = await parts.readPage(filterAt(parts.now()), from);
      return { contents: { orders: objects, ...unchanged }, next };
    },
    since: (text) => readSince(parts, { from: readStreamCursor(text), visible, filter: filterAt(wholeSecond(parts.now())) }),
    nothing: () => ({ orders: [], ...unchanged }),
  };
}

interface Looking {
  readonly from: StreamCursor;
  readonly visible: Visible;
  readonly filter: OrderFilter;
}

async function readSince(parts: OrderFeedParts, { from, visible, filter }: Looking): Promise<Since> {
  const cursor = showSeen(laterOf(parts.orders.head(), from), filter.now);
  const changed = new Map<string, { readonly key: OrderKey; readonly first: Held<OrderSummary>; versions: number }>();
  for (const held of parts.orders.since(from)) {
    if (!sees(visible, held.what.location)) continue;
    const known = changed.get(held.key);
    if (known === undefined) changed.set(held.key, { key: held.what, first: held, versions: 1 });
    else known.versions++;
  }
  const levels = oversoldOtherwise(parts.levels.since(from), visible);
  const dueFrom = from.seenAt === undefined ? filter.now - UNSEEN_MS : from.seenAt * 1_000;
  const { matching, others } = await parts.readNews({
    filter,
    keys: [...changed.values()].map(({ key: { location, number } }) => ({ location, number })),
    levels,
    dueFrom,
  });
  const removed = others.filter((key) => {
    const held = changed.get(levelKey(key.location, key.number));
    return held === undefined ? filter.punctuality !== null : mayHaveShown(held.first, filter);
  });
  if (matching.length + removed.length === 0) return { contents: null, cursor };
  const removedIds = removed.map(({ location, number }) => encodeNodeId({ kind: 'order', location, number }));
  let coalesced = 0;
  for (const { versions } of changed.values()) coalesced += versions - 1;
  return { contents: { orders: matching, removedIds, coalesced }, cursor };
}

/** What a reader does not hold it ignores: where it cannot be told, an order is told as removed. */
function mayHaveShown({ before }: Held<OrderSummary>, filter: OrderFilter): boolean {
  return before !== null && (before === 'unknown' || mayMatchOrder(before, filter));
}

function oversoldOtherwise(changes: Iterable<Held<Level>>, visible: Visible): { location: string; sku: string }[] {
  const levels = new Map<string, { location: string; sku: string }>();
  for (const { key, what, before } of changes) {
    if (!sees(visible, what.location)) continue;
    // One whose version before has left the ring may have been either.
    const stoodOtherwise = before === 'unknown' || (before !== null && available(before) < 0) !== available(what) < 0;
    if (stoodOtherwise) levels.set(key, { location: what.location, sku: what.sku });
  }
  return [...levels.values()];
}

/** Time goes on by whole seconds, so that readers who are looked at together stand at the same place, and a promise that passes is told once. */
const wholeSecond = (now: Instant): Instant => Math.floor(now / 1_000) * 1_000;
const showSeen = (cursor: StreamCursor, now: Instant): string => encodeStreamCursor({ ...cursor, seenAt: Math.floor(now / 1_000) });
