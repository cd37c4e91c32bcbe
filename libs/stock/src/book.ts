import { available, levelKey, onHand, type EventIdentity, type Quantity } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { comparePlaces, placeKey, type FactPlace } from './factPlace.js';
import { sumKey, type KnownCount } from './known.js';
import { ledgerKey, type Booking, type LedgerKey, type Movement } from './movement.js';

/** A row to be booked, and the fact at whose place it stands. */
export interface Row extends Booking {
  readonly location: string;
  readonly place: FactPlace;
  readonly by: EventIdentity | null;
  readonly reason: string | null;
  readonly document: string | null;
  readonly orderNumber: string | null;
}

/**
 * book(row) of domain.md: append it; if an unvoided count follows it on the same key in the order of facts, append also its
 * opposite at that count's place. So what was counted last stays, and every question about the past is a plain sum.
 */
export function book(draft: Draft, row: Row): void {
  append(draft, row);
  if (row.delta === 0) return;
  const count = nextCount(draft, row);
  if (count === null) return;
  append(draft, { ...row, kind: 'VARIANCE_REVISION', delta: -row.delta, place: count, by: draft.cause, reason: null, orderNumber: null, orderLine: null });
}

function append(draft: Draft, row: Row): void {
  const { location, sku, bucket, lot, place, kind, delta } = row;
  const { occurredAt } = place;
  const lastEventAt = draft.world.level(levelKey(location, sku))?.lastEventAt ?? null;
  const level = draft.bookLevel(location, sku, { bucket, delta, occurredAt, isOutbound: kind === 'SHIPPED' });
  draft.keepRow({
    line: draft.movements.length,
    kind,
    location,
    sku,
    bucket,
    lot,
    delta,
    occurredAt,
    source: place.source,
    sequence: place.sequence,
    eventId: place.id,
    reason: row.reason,
    document: row.document,
    orderNumber: row.orderNumber,
    orderLine: row.orderLine,
    by: row.by,
    onHandAfter: onHand(level),
    availableAfter: available(level),
    late: lastEventAt !== null && occurredAt < lastEventAt,
  });
}

/** The first count after a place on the same key that is not voided. Levels that were never counted, or only before, need no look-up. */
function nextCount(draft: Draft, row: LedgerKey & { readonly place: FactPlace }): FactPlace | null {
  const { location, sku, place } = row;
  const { lastCountAt } = draft.level(location, sku);
  if (lastCountAt === null || lastCountAt < place.occurredAt) return null;
  const key = ledgerKey(row);
  let first: FactPlace | null = null;
  for (const count of countsOf(draft, row, key)) {
    if (comparePlaces(count, place) <= 0 || isVoided(draft, key, count)) continue;
    if (first === null || comparePlaces(count, first) < 0) first = count;
  }
  return first;
}

function countsOf(draft: Draft, { location, sku, place: { occurredAt } }: LedgerKey & { readonly place: FactPlace }, key: string): readonly KnownCount[] {
  const { known, wanted } = draft.world;
  const level = levelKey(location, sku);
  const found = known.counts.get(level);
  // A level that did not exist at the fence has no counts there.
  if ((found === undefined || found.from > occurredAt) && known.levels.get(level) !== null) {
    wanted.counts.set(level, Math.min(wanted.counts.get(level) ?? occurredAt, occurredAt, found?.from ?? occurredAt));
  }
  const [before, own] = [found?.counts.get(key) ?? [], draft.countsOf(key)];
  return own.length === 0 ? before : [...before, ...own];
}

function isVoided({ world, voidedCounts }: Draft, key: string, count: FactPlace): boolean {
  const voided = sumKey(key, placeKey(count));
  return world.voidedCounts.has(voided) || voidedCounts.has(voided);
}

/** Sum of a key's rows before a place in the order of facts. */
export function sumBefore(draft: Draft, key: LedgerKey, place: FactPlace): Quantity {
  const name = ledgerKey(key);
  let sum = sumAtFence(draft, key, place);
  for (const row of draft.rowsOf(name)) if (comparePlaces(placeOfRow(row), place) < 0) sum += row.delta;
  return sum;
}

function sumAtFence({ world }: Draft, key: LedgerKey, before: FactPlace): Quantity {
  if (world.known.levels.get(levelKey(key.location, key.sku)) === null) return 0;
  const name = sumKey(ledgerKey(key), placeKey(before));
  const known = world.known.sums.get(name);
  if (known === undefined) world.wanted.sums.set(name, { key, before });
  return known ?? 0;
}

export const placeOfRow = ({ occurredAt, source, sequence, eventId }: Pick<Movement, 'occurredAt' | 'source' | 'sequence' | 'eventId'>): FactPlace => ({
  occurredAt,
  source,
  sequence,
  id: eventId,
});
