import {
  assertNever,
  available,
  levelKey,
  onHand,
  type AdjustmentRequested,
  type Bucket,
  type ExceptionKind,
  type FoldedEvent,
  type HopStockIn,
  type Instant,
  type Level,
  type Quantity,
  type QuarantineReason,
  type StockEvent,
} from '@quayside/contracts';
import { bookingsOf } from '@quayside/stock';
import { askedInWords } from './effectWords.js';
import { isCountable, type TrialLevel, type TrialLevels } from './trialLevels.js';

/** What one event would do, as far as that can be said before it stands in the log. */
export type Tried =
  | { readonly kind: 'booked'; readonly occurredAt: Instant; readonly lines: readonly TriedLine[]; readonly exceptions: readonly TriedException[] }
  /** It asks for something that is decided in the log. */
  | { readonly kind: 'asked'; readonly occurredAt: Instant; readonly effect: string; readonly exceptions: readonly TriedException[] }
  | { readonly kind: 'setAside'; readonly occurredAt: Instant; readonly reason: QuarantineReason; readonly detail: string };

interface TriedLine {
  readonly kind: string;
  readonly location: string;
  readonly sku: string;
  readonly lot: string | null;
  readonly bucket: Bucket;
  readonly delta: Quantity;
  /** Null where it depends on what is decided in the log only. */
  readonly onHandAfter: Quantity | null;
  readonly availableAfter: Quantity | null;
  readonly late: boolean;
}
interface TriedException {
  readonly kind: ExceptionKind;
  readonly sku: string | null;
  readonly detail: string;
}

/** A sender's clock may be ahead of the log's by this much without a word, and by this much at most, ms (domain.md, "Verdicts"). */
const SKEW_MS_TOLERATED = 2 * 60 * 1000;
const SKEW_MS_MAX = 24 * 3600 * 1000;

/** Tries an event out as if it came now. What it lays over the levels stays there for the next one. */
export function tryEvent(event: FoldedEvent, levels: TrialLevels, now: Instant): Tried {
  levels.begin();
  const aheadMs = event.occurredAt - now;
  if (aheadMs > SKEW_MS_MAX)
    return {
      kind: 'setAside',
      occurredAt: event.occurredAt,
      reason: 'CLOCK_SKEW',
      detail: `It is dated ${Math.round(aheadMs / 3_600_000)} h after its arrival`,
    };
  if (aheadMs <= SKEW_MS_TOLERATED) return tryDated(event, levels);
  const tried = tryDated({ ...event, occurredAt: now }, levels);
  const detail = `Dated ${Math.round(aheadMs / 1000)} s after its arrival; applied as of its arrival`;
  return tried.kind === 'setAside' ? tried : { ...tried, exceptions: [{ kind: 'CLOCK_SKEW', sku: null, detail }, ...tried.exceptions] };
}

function tryDated(event: FoldedEvent, levels: TrialLevels): Tried {
  switch (event.name) {
    case 'stock.received':
    case 'stock.returned':
    case 'stock.adjusted':
    case 'stock.dispositionChanged':
      return book(event, levels);
    case 'stock.shipped':
      return ship(event, levels);
    case 'stock.moved':
      return move(event, levels);
    case 'adjustment.requested':
      return adjust(event, levels);
    case 'stock.counted':
      for (const { sku } of event.lines) levels.doubt(event.location, sku, { stock: true });
      return ask(event);
    case 'order.placed':
    case 'reservation.requested':
      for (const { sku } of event.lines) levels.doubt(event.location, sku, { stock: false });
      return ask(event);
    case 'order.amended':
    case 'order.cancelled':
    case 'reservation.released':
      levels.doubtAll(event.location, { stock: false });
      return ask(event);
    case 'event.voided':
      levels.doubtAll(event.location, { stock: true });
      return ask(event);
    case 'order.held':
    case 'order.holdReleased':
    case 'reservation.extended':
      return ask(event);
    case 'hop.stockIn':
    case 'hop.voided':
    case 'reservation.expired':
    case 'policy.set':
      throw new Error(`${event.name} does not come through the door`);
    default:
      return assertNever(event);
  }
}

const ask = (event: Parameters<typeof askedInWords>[0]): Tried => ({
  kind: 'asked',
  occurredAt: event.occurredAt,
  effect: askedInWords(event),
  exceptions: [],
});

type BookedEvent = StockEvent | HopStockIn | AdjustmentRequested;

function book(event: BookedEvent, levels: TrialLevels): Extract<Tried, { kind: 'booked' | 'setAside' }> {
  const { location, occurredAt } = event;
  const lines: TriedLine[] = [];
  const touched = new Map<string, TrialLevel>();
  for (const booking of bookingsOf(event)) {
    const { kind, sku, lot, bucket, delta } = booking;
    const { level: before } = levels.of(location, sku);
    // A count of the time after it stays what was counted last: how much of the fact it knew is looked up in the log's own order.
    if (before.lastCountAt !== null && occurredAt <= before.lastCountAt) levels.doubt(location, sku, { stock: true });
    const key = levelKey(location, sku);
    const after = levels.book(location, booking, { isFirst: !touched.has(key), occurredAt });
    if (after.isStockKnown && !isCountable(after.level))
      return setAside(levels, { occurredAt, reason: 'OVERFLOW', detail: `${sku} at ${location} would go beyond what a quantity can hold` });
    touched.set(key, after);
    const late = before.lastEventAt !== null && occurredAt < before.lastEventAt;
    lines.push({ kind, location, sku, lot, bucket, delta, onHandAfter: onHandOf(after), availableAfter: availableOf(after), late });
  }
  return { kind: 'booked', occurredAt, lines, exceptions: [...touched.values()].flatMap(negativesOf) };
}

/** Nothing of such an event is used. */
function setAside(levels: TrialLevels, why: Omit<Extract<Tried, { kind: 'setAside' }>, 'kind'>): Extract<Tried, { kind: 'setAside' }> {
  levels.takeBack();
  return { kind: 'setAside', ...why };
}

function negativesOf(after: TrialLevel): TriedException[] {
  const { sku, location } = after.level;
  const stands = onHandOf(after) ?? 0;
  return stands < 0 ? [{ kind: 'NEGATIVE_ON_HAND', sku, detail: `${sku} at ${location} stands at ${stands}` }] : [];
}

function ship(event: Extract<StockEvent, { name: 'stock.shipped' }>, levels: TrialLevels): Tried {
  // How much of it was promised to the order, and is then reserved no more, is decided in the log.
  if (event.order !== undefined) for (const { sku } of event.lines) levels.doubt(event.location, sku, { stock: false });
  return book(event, levels);
}

/** Both ends, as if the second came at once. */
function move(event: Extract<StockEvent, { name: 'stock.moved' }>, levels: TrialLevels): Tried {
  const left = book(event, levels);
  if (left.kind === 'setAside') return left;
  levels.begin();
  const { source, id, sequence, occurredAt, location: from, to: location, lines } = event;
  const arrived = book({ name: 'hop.stockIn', source, id, sequence, occurredAt, location, from, lines, cause: { source, id } }, levels);
  return arrived.kind === 'setAside' ? left : { ...left, lines: [...left.lines, ...arrived.lines], exceptions: [...left.exceptions, ...arrived.exceptions] };
}

function adjust(event: AdjustmentRequested, levels: TrialLevels): Tried {
  const stands = event.lines.map(({ sku, expectedOnHand }) => ({ sku, expectedOnHand, found: onHandOf(levels.of(event.location, sku)) }));
  if (stands.some(({ found }) => found === null)) {
    for (const { sku } of event.lines) levels.doubt(event.location, sku, { stock: true });
    return ask(event);
  }
  const stale = stands.find(({ expectedOnHand, found }) => found !== expectedOnHand);
  if (stale === undefined) return book(event, levels);
  const effect = `Would be refused as STALE, without effect: ${stale.sku} at ${event.location} has ${stale.found} on hand, and ${stale.expectedOnHand} are expected.`;
  return { kind: 'asked', occurredAt: event.occurredAt, effect, exceptions: [] };
}

const onHandOf = ({ level, isStockKnown }: TrialLevel): Quantity | null => (isStockKnown ? onHand(level) : null);
const availableOf = ({ level, isStockKnown, isReservedKnown }: TrialLevel): Quantity | null => (isStockKnown && isReservedKnown ? available(level) : null);

/** The (location, sku) that an event names: the levels that are read before it is tried out. */
export function levelsNamed(event: FoldedEvent): Pick<Level, 'location' | 'sku'>[] {
  const lines = 'lines' in event && event.name !== 'order.cancelled' ? (event.lines ?? []) : [];
  const here = lines.map(({ sku }) => ({ location: event.location, sku }));
  return event.name === 'stock.moved' ? [...here, ...event.lines.map(({ sku }) => ({ location: event.to, sku }))] : here;
}
