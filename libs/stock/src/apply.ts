import {
  available, emptyLevel, levelKey, onHand, position, type ExceptionKind, type Instant, type Level, type Outcome, type Cause, type PolicySet, type StockEvent, type SupplyEvent,
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
  readonly movements: readonly Movement[];
  readonly levels: readonly Level[];
  readonly exceptions: readonly StockException[];
  readonly outcome: Outcome;
}
/** The event has no effect at all and waits for a person. */
export interface SetAside {
  readonly kind: 'setAside';
  readonly reason: 'OVERFLOW' | 'CLOCK_SKEW';
  readonly detail: string;
}

/** A sender's clock may be ahead of the broker's by this much without a word (domain.md, "Verdicts"). */
const SKEW_MS_TOLERATED = 2 * 60 * 1000;
/** Further ahead than this, the event is set aside: its day would be wrong. */
const SKEW_MS_MAX = 24 * 3600 * 1000;

/**
 * The rules of stock: an event and the levels it touches in, what it does out. Pure, and the only way in which any
 * number changes; live, replayed and imported events all come through here (domain.md, rule 2).
 * `levelOf` gives the current level of a (location, sku), or undefined where there was never an event.
 */
export function apply(event: SupplyEvent, at: LogPosition, levelOf: (key: string) => Level | undefined): Applied | SetAside {
  const aheadMs = event.occurredAt - at.appendedAt;
  if (aheadMs > SKEW_MS_MAX) return { kind: 'setAside', reason: 'CLOCK_SKEW', detail: `It is dated ${Math.round(aheadMs / 3_600_000)} h after its arrival` };
  const skewed = aheadMs > SKEW_MS_TOLERATED;
  const occurredAt = skewed ? at.appendedAt : event.occurredAt;
  const exceptions: StockException[] = skewed ? [{ kind: 'CLOCK_SKEW', sku: null, detail: `Dated ${Math.round(aheadMs / 1000)} s after its arrival; applied as of its arrival` }] : [];
  if (event.name === 'policy.set') return applyPolicy(event, at, { levelOf, exceptions });
  return applyStock(event, { ...at, occurredAt }, { levelOf, exceptions });
}

interface Context {
  readonly levelOf: (key: string) => Level | undefined;
  readonly exceptions: StockException[];
}

function applyStock(event: StockEvent, at: LogPosition & { occurredAt: Instant }, { levelOf, exceptions }: Context): Applied | SetAside {
  const touched = new Map<string, Level>();
  const movements: Movement[] = [];
  const document = documentOf(event);
  const reason = reasonOf(event);
  for (const booking of bookingsOf(event)) {
    const { sku, bucket } = booking;
    const key = levelKey(event.location, sku);
    const before = levelOf(key) ?? emptyLevel(event.location, sku);
    const held = touched.get(key) ?? { ...before, version: before.version + 1, updatedAt: at.recordedAt, lastEventAt: Math.max(before.lastEventAt ?? at.occurredAt, at.occurredAt) };
    const level: Level = { ...held, [bucket]: held[bucket] + booking.delta };
    if (!isCountable(level)) return { kind: 'setAside', reason: 'OVERFLOW', detail: `${sku} at ${event.location} would go beyond what a quantity can hold` };
    touched.set(key, level);
    movements.push({
      ...booking, line: movements.length, location: event.location, occurredAt: at.occurredAt, reason, document,
      onHandAfter: onHand(level), availableAfter: available(level), late: before.lastEventAt !== null && at.occurredAt < before.lastEventAt,
    });
  }
  const levels = [...touched.values()];
  for (const level of levels) {
    if (onHand(level) < 0) exceptions.push({ kind: 'NEGATIVE_ON_HAND', sku: level.sku, detail: `${level.sku} at ${level.location} stands at ${onHand(level)}` });
  }
  const cause = causeOf(event, at, { occurredAt: at.occurredAt, document });
  return { kind: 'applied', movements, levels, exceptions, outcome: { changes: levels.map((level) => ({ kind: 'level', level, cause })) } };
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
  return { kind: 'applied', movements: [], levels: [level], exceptions, outcome: { changes: [{ kind: 'level', level, cause }] } };
}

function causeOf(event: SupplyEvent, at: LogPosition, more: { occurredAt: Instant; document: string | null }): Cause {
  const cause = { source: event.source, id: event.id, name: event.name, occurredAt: more.occurredAt, receivedAt: at.appendedAt };
  return more.document === null ? cause : { ...cause, document: more.document };
}

/** Every number that can be derived from a level has to be exact, the sums too. */
function isCountable(level: Level): boolean {
  return [level.sellable, level.inspection, level.hold, level.damaged, onHand(level), available(level), position(level)].every(Number.isSafeInteger);
}
