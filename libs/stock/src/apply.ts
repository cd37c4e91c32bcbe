import {
  available,
  emptyLevel,
  HOP_SOURCE,
  levelKey,
  onHand,
  position,
  type Cause,
  type EventEnvelope,
  type ExceptionKind,
  type FoldedEvent,
  type Hop,
  type HopStockIn,
  type Instant,
  type Level,
  type Outcome,
  type PolicySet,
  type StockEvent,
  type StockMoved,
} from '@quayside/contracts';
import { bookingsOf, documentOf, reasonOf } from './bookingsOf.js';
import type { Movement } from './movement.js';

/** Where a record stands in the log. */
export interface LogPosition {
  readonly offset: number;
  /** The broker's append time. */
  readonly appendedAt: Instant;
  /** Running maximum of append times over the partition, this record's included. */
  readonly recordedAt: Instant;
}

export interface StockException {
  readonly kind: ExceptionKind;
  readonly sku: string | null;
  readonly detail: string;
}

/** What an event does. `levels` are whole new values, each with its version grown by one. */
export interface Applied {
  readonly kind: 'applied';
  /** The event that a warehouse sent, whose rows these are: of a hop, its cause. */
  readonly origin: { readonly source: string; readonly id: string };
  readonly movements: readonly Movement[];
  readonly levels: readonly Level[];
  readonly exceptions: readonly StockException[];
  readonly outcome: Outcome;
}
/** The event has no effect at all and waits for a person. */
export interface SetAside {
  readonly kind: 'setAside';
  readonly reason: 'OVERFLOW' | 'CLOCK_SKEW' | 'POISON';
  readonly detail: string;
}

/** A sender's clock may be ahead of the broker's by this much without a word (domain.md, "Verdicts"). */
const SKEW_MS_TOLERATED = 2 * 60 * 1000;
/** Further ahead than this, the event is set aside: its day would be wrong. */
const SKEW_MS_MAX = 24 * 3600 * 1000;

/** What is folded: an event, with the envelope that it came in. */
export interface FoldedRecordInput {
  readonly event: FoldedEvent;
  readonly envelope: Pick<EventEnvelope, 'hash'>;
  /** Let through by a person: applied as of its arrival, however far ahead it is dated. */
  readonly isReleased?: boolean;
}

/**
 * The rules of stock: an event and the levels it touches in, what it does out. Pure, and the only way in which any
 * number changes; live, replayed and imported events all come through here (domain.md, rule 2).
 * `levelOf` gives the current level of a (location, sku), or undefined where there was never an event.
 */
export function apply(
  { event, envelope, isReleased = false }: FoldedRecordInput,
  at: LogPosition,
  levelOf: (key: string) => Level | undefined,
): Applied | SetAside {
  const aheadMs = event.occurredAt - at.appendedAt;
  if (aheadMs > SKEW_MS_MAX && !isReleased)
    return { kind: 'setAside', reason: 'CLOCK_SKEW', detail: `It is dated ${Math.round(aheadMs / 3_600_000)} h after its arrival` };
  const skewed = aheadMs > SKEW_MS_TOLERATED;
  const occurredAt = skewed ? at.appendedAt : event.occurredAt;
  const exceptions: StockException[] = skewed
    ? [{ kind: 'CLOCK_SKEW', sku: null, detail: `Dated ${Math.round(aheadMs / 1000)} s after its arrival; applied as of its arrival` }]
    : [];
  if (event.name === 'policy.set') return applyPolicy(event, at, { levelOf, exceptions });
  return applyStock(event, { ...at, occurredAt }, { levelOf, exceptions, hash: envelope.hash });
}

interface Context {
  readonly levelOf: (key: string) => Level | undefined;
  readonly exceptions: StockException[];
}

function applyStock(
  event: StockEvent | HopStockIn,
  at: LogPosition & { occurredAt: Instant },
  { levelOf, exceptions, hash }: Context & { hash: string },
): Applied | SetAside {
  const touched = new Map<string, Level>();
  const movements: Movement[] = [];
  const document = documentOf(event);
  const reason = reasonOf(event);
  for (const booking of bookingsOf(event)) {
    const { sku, bucket } = booking;
    const key = levelKey(event.location, sku);
    const before = levelOf(key) ?? emptyLevel(event.location, sku);
    const held = touched.get(key) ?? {
      ...before,
      version: before.version + 1,
      updatedAt: at.recordedAt,
      lastEventAt: Math.max(before.lastEventAt ?? at.occurredAt, at.occurredAt),
    };
    const level: Level = { ...held, [bucket]: held[bucket] + booking.delta };
    if (!isCountable(level)) return { kind: 'setAside', reason: 'OVERFLOW', detail: `${sku} at ${event.location} would go beyond what a quantity can hold` };
    touched.set(key, level);
    movements.push({
      ...booking,
      line: movements.length,
      location: event.location,
      occurredAt: at.occurredAt,
      reason,
      document,
      onHandAfter: onHand(level),
      availableAfter: available(level),
      late: before.lastEventAt !== null && at.occurredAt < before.lastEventAt,
    });
  }
  const levels = [...touched.values()];
  for (const level of levels) {
    if (onHand(level) < 0)
      exceptions.push({ kind: 'NEGATIVE_ON_HAND', sku: level.sku, detail: `${level.sku} at ${level.location} stands at ${onHand(level)}` });
  }
  const cause = causeOf(event, at, { occurredAt: at.occurredAt, document });
  const hops = event.name === 'stock.moved' ? [hopOf(event, at, hash)] : [];
  return {
    kind: 'applied',
    origin: originOf(event),
    movements,
    levels,
    exceptions,
    outcome: { changes: levels.map((level) => ({ kind: 'level', level, cause })), hops },
  };
}

/**
 * What a move does at its other end. Everything in it follows from the event, its id above all, so that a hop that is
 * sent again (after a crash, in a rebuild) is the same one and takes effect once. A cause at one place has one hop: n is 0.
 */
function hopOf(event: StockMoved, at: { occurredAt: Instant; recordedAt: Instant }, hash: string): Hop {
  const data = {
    location: event.to,
    from: event.location,
    lines: event.lines,
    cause: { source: event.source, id: event.id },
    ...(event.document === undefined ? {} : { document: event.document }),
  };
  const sent = {
    specversion: '1.0' as const,
    id: `${event.source}|${event.id}|0`,
    source: HOP_SOURCE,
    type: 'quayside.hop.stockIn.v1',
    sequence: event.sequence,
    data,
  };
  return { location: event.to, envelope: { v: 1, occurredAt: at.occurredAt, receivedAt: at.recordedAt, hash: `${hash}|0`, sender: 'quayside', event: sent } };
}

function applyPolicy(event: PolicySet, at: LogPosition, { levelOf, exceptions }: Context): Applied {
  const before = levelOf(levelKey(event.location, event.sku)) ?? emptyLevel(event.location, event.sku);
  const level: Level = {
    ...before,
    reorderPoint: event.reorderPoint === undefined ? before.reorderPoint : event.reorderPoint,
    safetyStock: event.safetyStock === undefined ? before.safetyStock : event.safetyStock,
    version: before.version + 1,
    updatedAt: at.recordedAt,
  };
  const cause = causeOf(event, at, { occurredAt: event.occurredAt, document: null });
  return {
    kind: 'applied',
    origin: originOf(event),
    movements: [],
    levels: [level],
    exceptions,
    outcome: { changes: [{ kind: 'level', level, cause }], hops: [] },
  };
}

function causeOf(event: FoldedEvent, at: LogPosition, more: { occurredAt: Instant; document: string | null }): Cause {
  const { source, id } = originOf(event);
  const cause = { source, id, name: event.name, occurredAt: more.occurredAt, receivedAt: at.appendedAt };
  return more.document === null ? cause : { ...cause, document: more.document };
}

const originOf = (event: FoldedEvent): { source: string; id: string } => {
  const { source, id } = event.name === 'hop.stockIn' ? event.cause : event;
  return { source, id };
};

/** Every number that can be derived from a level has to be exact, the sums too. */
function isCountable(level: Level): boolean {
  return [level.sellable, level.inspection, level.hold, level.damaged, onHand(level), available(level), position(level)].every(Number.isSafeInteger);
}
