import { HOP_SOURCE, levelKey, partitionOf, type Alert, type DecisionChange, type EventIdentity, type Level, type OrderLine } from '@quayside/contracts';
import {
  readDecisions,
  readEventsOf,
  readItemTotals,
  readLastEntries,
  readLedgerOf,
  readOrderAlerts,
  readOrderLines,
  readOrders,
  readReversed,
  readSiteTimes,
  readSourceEvents,
  readStageChanges,
  type AsOf,
  type Database,
  type ItemTotals,
  type LedgerEntry,
  type LedgerKey,
  type OrderKey,
  type RecordPlace,
  type SiteTimes,
  type SourceEvent,
  type StageChange,
  type StockAsOfPlace,
  type StoredOrder,
  type StoredPromise,
} from '@quayside/store';
import DataLoader from 'dataloader';
import type { LevelKey, LevelReader } from './reads/levelReader.js';
import type { Page } from './reads/page.js';
import { narrow, type Visible } from './visible.js';
import { readPromisePages, type PromisePageAsked } from './reads/promisePages.js';

/** Objects by key, gathered into one read a kind; only for keys whose location is visible. */
export interface Loaders {
  readonly levels: DataLoader<LevelKey, Level | null, string>;
  /** What holds stock of a level. */
  readonly promisePages: DataLoader<PromisePageAsked, Page<StoredPromise>, string>;
  /** Null for one that was not placed (yet). */
  readonly orders: DataLoader<OrderKey, StoredOrder | null, string>;
  readonly orderLines: DataLoader<OrderKey, readonly OrderLine[], string>;
  readonly stages: DataLoader<OrderKey, readonly StageChange[], string>;
  readonly orderAlerts: DataLoader<OrderKey, readonly Alert[], string>;
  readonly events: DataLoader<RecordPlace, SourceEvent | null, string>;
  /** The event whose far end a record is; null for all others. It stands at another location: whether that may be seen is for the asker to look at. */
  readonly origins: DataLoader<SourceEvent, SourceEvent | null, string>;
  readonly entries: DataLoader<RecordPlace, readonly LedgerEntry[], string>;
  /** What was decided where a record stands. */
  readonly decisions: DataLoader<RecordPlace, DecisionChange | null, string>;
  readonly reversed: DataLoader<LedgerKey, LedgerEntry | null, string>;
  /** Over the locations that may be seen. */
  readonly itemTotals: DataLoader<string, ItemTotals>;
  /** Null for a location without a level. */
  readonly siteTimes: DataLoader<string, SiteTimes | null>;
  readonly lastEntries: DataLoader<StockAsOfPlace & AsOf, LedgerEntry | null, string>;
}

const byOrder = { cacheKeyFn: ({ location, number }: OrderKey): string => levelKey(location, number) };
const showPlace = ({ partition, offset }: RecordPlace): string => `${partition}.${offset}`;
const byPlace = { cacheKeyFn: showPlace };

export interface LoaderParts {
  readonly pool: Database['pool'];
  readonly reader: LevelReader;
  readonly visible: Visible;
  readonly now: number;
}

/** Loaders of one request: what was read once is not read again in it. */
export function makeLoaders({ pool, reader, visible, now }: LoaderParts): Loaders {
  return {
    levels: new DataLoader((keys) => reader.read(keys), { cacheKeyFn: ({ location, sku }) => levelKey(location, sku) }),
    promisePages: new DataLoader((asked) => readPromisePages(pool, asked), {
      cacheKeyFn: ({ level, size, after }) => `${levelKey(level.location, level.sku)}\t${size}\t${after ?? ''}`,
    }),
    orders: new DataLoader(async (keys) => {
      const found = new Map((await readOrders(pool, keys, now)).map((order) => [byOrder.cacheKeyFn(order), order]));
      return keys.map((key) => found.get(byOrder.cacheKeyFn(key)) ?? null);
    }, byOrder),
    orderLines: new DataLoader(async (keys) => (await readOrderLines(pool, keys)).map(({ lines }) => lines), byOrder),
    stages: new DataLoader(async (keys) => (await readStageChanges(pool, keys)).map(({ stages }) => stages), byOrder),
    orderAlerts: new DataLoader(async (keys) => (await readOrderAlerts(pool, keys)).map(({ alerts }) => alerts), byOrder),
    events: new DataLoader(async (places) => {
      const found = new Map((await readSourceEvents(pool, places)).map((event) => [showPlace(event), event]));
      return places.map((place) => found.get(showPlace(place)) ?? null);
    }, byPlace),
    origins: new DataLoader<SourceEvent, SourceEvent | null, string>((events) => readOrigins(pool, events), byPlace),
    entries: new DataLoader(async (places) => {
      const found = new Map<string, LedgerEntry[]>(places.map((place) => [showPlace(place), []]));
      for (const entry of await readLedgerOf(pool, places)) found.get(showPlace(entry))?.push(entry);
      return places.map((place) => found.get(showPlace(place)) ?? []);
    }, byPlace),
    decisions: new DataLoader((places) => readDecisions(pool, places), byPlace),
    reversed: new DataLoader((keys) => readReversed(pool, keys), { cacheKeyFn: ({ partition, offset, line }) => `${partition}.${offset}.${line}` }),
    itemTotals: new DataLoader((skus) => readItemTotals(pool, skus, narrow(visible, null))),
    siteTimes: new DataLoader(async (codes) => {
      const found = new Map((await readSiteTimes(pool, codes)).map((times) => [times.location, times]));
      return codes.map((code) => found.get(code) ?? null);
    }),
    lastEntries: new DataLoader((asked) => readLastEntries(pool, asked), {
      cacheKeyFn: ({ location, sku, at, asKnownAt }) => `${levelKey(location, sku)}\t${at}\t${asKnownAt}`,
    }),
  };
}

async function readOrigins(pool: Database['pool'], events: readonly SourceEvent[]): Promise<(SourceEvent | null)[]> {
  const causes = events.map(causeOf);
  const known = causes.filter((cause) => cause !== null);
  const found = new Map(known.length === 0 ? [] : (await readEventsOf(pool, known)).map((event) => [identityOf(event), event]));
  return causes.map((cause) => (cause === null ? null : (found.get(showIdentity(cause)) ?? null)));
}

/** What the far end of an event says of the event: its identity, and whose partition it stands in. */
function causeOf({ envelope }: SourceEvent): (EventIdentity & { readonly partition: number }) | null {
  if (envelope?.event.source !== HOP_SOURCE) return null;
  const { cause, from } = envelope.event.data;
  if (typeof from !== 'string' || typeof cause !== 'object' || cause === null || !('source' in cause) || !('id' in cause)) return null;
  return { source: String(cause.source), id: String(cause.id), partition: partitionOf(from) };
}

const showIdentity = ({ partition, source, id }: EventIdentity & { readonly partition: number }): string => `${partition}\t${source}\t${id}`;
const identityOf = ({ partition, envelope }: SourceEvent): string =>
  showIdentity({ partition, source: envelope?.event.source ?? '', id: envelope?.event.id ?? '' });
