import { VOIDABLE_EVENT_NAMES, type EventIdentity, type EventName, type MovementKind, type Reservation, type VoidEvent } from '@quayside/contracts';
import { book, placeOfRow } from './book.js';
import { DONE, noEffect, waiting, type Decision } from './decision.js';
import type { Draft } from './draft.js';
import { identityKey, placeKey, type FactPlace } from './factPlace.js';
import { hopOfVoid } from './hops.js';
import { nameKey, sumKey, type KnownTarget, type TargetRow } from './known.js';
import { ledgerKey } from './movement.js';
import { restore } from './promises.js';
import { claimOfReservation } from './reservationLines.js';
import { unreturnForOrder, unshipForOrder, type TakenBack } from './unshipForOrder.js';

/** A void of something that cannot be taken back. */
class VoidNotAllowed extends Error {
  readonly code = 'VOID_NOT_ALLOWED';
  override readonly name = 'VoidNotAllowed';
}

/**
 * Takes back exactly what the target did, at its place in the order of facts; before its target it waits as a tombstone.
 * Revisions are never taken back one by one: a void is booked by the same rule as everything else.
 */
export function applyVoid(event: VoidEvent, draft: Draft, hash: string): Decision {
  const { target: identity } = event;
  const target = targetOf(draft, identity);
  if (isVoidedAt(draft, event, target)) return noEffect(`Event ${identity.id} of ${identity.source} is voided already`);
  if (target === null || target.state === 'QUARANTINED' || target.state === 'TOMBSTONE') {
    draft.voids = { ...identity, state: 'TOMBSTONE' };
    return waiting(
      `Event ${identity.id} of ${identity.source} ${target?.state === 'QUARANTINED' ? 'waits in quarantine' : 'has not come yet'}: it will have no effect`,
    );
  }
  if (!isVoidable(target.name)) {
    throw new VoidNotAllowed(`Event ${identity.id} of ${identity.source} is no physical fact (${target.name ?? 'a record'}): only those can be voided`);
  }
  // A key may be good for one location only: what it takes back has to stand there.
  const elsewhere = target.rows.find(({ location }) => location !== event.location);
  if (elsewhere !== undefined) {
    throw new VoidNotAllowed(`Event ${identity.id} of ${identity.source} is one of ${elsewhere.location}, the void names ${event.location}`);
  }
  draft.voids = { ...identity, state: 'VOIDED' };
  for (const row of target.rows) takeBack(draft, row, target);
  if (event.name === 'event.voided' && target.hopTo !== null) draft.hops.push(hopOfVoid(event, target.hopTo, { at: draft.at, hash }));
  giveBackToReservations(draft, target.consumed);
  giveBackToOrders(draft, target.rows);
  return target.rows.length === 0 ? noEffect('It had no effect to take back') : DONE;
}

export const isVoidable = (name: EventName | null): boolean => VOIDABLE_EVENT_NAMES.some((each) => each === name);

/** Taken back, or awaited by a void of the same location. A tombstone of another location is not about this one: the newer takes its place. */
function isVoidedAt({ world }: Draft, { target: identity, location }: VoidEvent, target: KnownTarget | null): boolean {
  const awaited = world.voided.get(identityKey(identity));
  if (awaited !== undefined) return awaited.state === 'VOIDED' || awaited.location === location;
  return target?.state === 'VOIDED' || (target?.state === 'TOMBSTONE' && target.voidLocation === location);
}

function targetOf({ world }: Draft, identity: EventIdentity): KnownTarget | null {
  const key = identityKey(identity);
  const own = world.targets.get(key);
  if (own !== undefined) return { sumsAtPlace: new Map(), voidLocation: null, ...own };
  const known = world.known.targets.get(key);
  if (known === undefined) world.wanted.targets.set(key, identity);
  return known ?? null;
}

function takeBack(draft: Draft, row: TargetRow, target: KnownTarget): void {
  const place = placeOfRow(row);
  const delta = row.kind === 'COUNT_VARIANCE' ? -sumAtPlace(draft, row, { place, target }) : -row.delta;
  // It did not go out after all; what went out before it is not looked up: the next shipment tells.
  if (row.kind === 'SHIPPED' && draft.level(row.location, row.sku).lastOutboundAt === row.occurredAt)
    draft.putLevel(row.location, row.sku, { lastOutboundAt: null });
  if (row.kind === 'COUNT_VARIANCE') draft.voidedCounts.add(sumKey(ledgerKey(row), placeKey(place)));
  const { location, sku, bucket, lot, orderNumber, orderLine } = row;
  book(draft, { kind: 'VOID', location, sku, bucket, lot, delta, place, by: draft.cause, reason: null, document: null, orderNumber, orderLine });
}

/** All rows that name a count, its variance included: they stand at its place, and nothing else does. */
function sumAtPlace(draft: Draft, row: TargetRow, { place, target }: { place: FactPlace; target: KnownTarget }): number {
  const key = ledgerKey(row);
  let sum = target.sumsAtPlace.get(key) ?? 0;
  for (const each of draft.rowsOf(key)) if (placeKey(placeOfRow(each)) === placeKey(place)) sum += each.delta;
  return sum;
}

/** What it consumed of a reservation is held again; one that had an expiry expires by it. */
function giveBackToReservations(draft: Draft, consumed: KnownTarget['consumed']): void {
  for (const { location, reference, line: number, quantity } of consumed) {
    const reservation = draft.reservation(location, reference);
    const line = reservation?.lines.find((each) => each.line === number);
    if (reservation === null || line === undefined) continue;
    const part = Math.min(quantity, line.consumed);
    // Its owner has given it up, or it has gone over to the order, which asks for itself: then it holds nothing again.
    if (line.released + line.withdrawn + line.expired > 0 || hasGoneOver(draft, reservation)) {
      const released = { ...line, consumed: line.consumed - part, released: line.released + part };
      draft.keepReservation({ ...reservation, lines: reservation.lines.map((each) => (each === line ? released : each)) });
      continue;
    }
    const restored = restore(draft, claimOfReservation(reservation, line), { line, quantity: part });
    const expiryOffset = reservation.expiresAt === null ? null : (reservation.expiryOffset ?? draft.at.offset);
    draft.keepReservation({ ...reservation, expiryOffset, lines: reservation.lines.map((each) => (each === line ? restored : each)) });
  }
}

/** Placing an order takes over what was held for it by then; what was asked for later is held beside it. */
function hasGoneOver(draft: Draft, { location, order, place }: Reservation): boolean {
  const placed = order === null ? null : (draft.order(location, order)?.place ?? null);
  return placed !== null && place < placed;
}

/** All that went to one order, or came back from it, at once: it asks again as a whole. */
function giveBackToOrders(draft: Draft, rows: readonly TargetRow[]): void {
  const places = new Map(rows.flatMap(({ location, orderNumber: number }) => (number === null ? [] : [[nameKey(location, number), { location, number }]])));
  for (const { location, number } of places.values()) {
    const goodsOf = (kind: MovementKind): TakenBack[] =>
      rows
        .filter((row) => row.kind === kind && row.location === location && row.orderNumber === number)
        .map(({ source, eventId: id, orderLine: line, sku, delta }) => ({ source, id, line, sku, quantity: Math.abs(delta) }));
    const [shipped, returned] = [goodsOf('SHIPPED'), goodsOf('RETURNED')];
    if (shipped.length > 0) unshipForOrder(draft, location, { number, goods: shipped });
    if (returned.length > 0) unreturnForOrder(draft, location, { number, goods: returned });
  }
}
