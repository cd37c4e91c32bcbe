import { levelKey, type EventRecord, type FoldedEvent, type Level, type Order, type Reservation } from '@quayside/contracts';
import { apply } from './apply.js';
import type { Applied, ReservationEntry, SetAside } from './applied.js';
import type { Draft } from './draft.js';
import { identityKey } from './factPlace.js';
import { nameKey, nothingWanted, type ConsumedReservation, type Known, type Wanted } from './known.js';
import type { LogPosition } from './logPosition.js';
import { World } from './world.js';

/** An event that is new (not a repeat), at its place in the log. */
export interface FreshRecord extends EventRecord<FoldedEvent> {
  readonly at: LogPosition;
  /** A person has let it through: its date is no reason any more to set it aside. */
  readonly isReleased?: boolean;
  /** Its void stands at the fence already. */
  readonly isVoided?: boolean;
}
export interface FoldedRecord {
  readonly record: FreshRecord;
  readonly result: Applied | SetAside;
}
export interface Folded {
  readonly records: readonly FoldedRecord[];
  /** Newest value of each level, order and reservation that changed. */
  readonly levels: ReadonlyMap<string, Level>;
  readonly orders: ReadonlyMap<string, Order>;
  readonly reservations: ReadonlyMap<string, Reservation>;
  /** sumKey of the counts that were voided. */
  readonly voidedCounts: ReadonlySet<string>;
  /** What has to be known too: if there is anything in it, all else is to be thrown away. */
  readonly wanted: Wanted;
}

/** What these events will certainly ask for: read before the first fold, so that most batches are folded once. */
export function firstWanted(events: readonly { readonly event: FoldedEvent }[]): Wanted {
  const wanted = nothingWanted();
  for (const { event } of events) {
    if ('sku' in event) wanted.levels.add(levelKey(event.location, event.sku));
    if ('lines' in event && event.name !== 'order.cancelled') for (const { sku } of event.lines ?? []) wanted.levels.add(levelKey(event.location, sku));
    if ('order' in event && event.order !== undefined && event.name !== 'reservation.requested') wanted.orders.add(nameKey(event.location, event.order));
    if ('reservation' in event) wanted.reservations.add(nameKey(event.location, event.reservation));
    if ('target' in event) wanted.targets.set(identityKey(event.target), event.target);
  }
  return wanted;
}

/**
 * Applies the events of a batch one after the other, in the order of the log. How a log is cut into batches makes no
 * difference to the result (a property test holds that).
 */
export function foldBatch(known: Known, fresh: readonly FreshRecord[]): Folded {
  const world = new World(known);
  const records = fresh.map((record) => ({ record, result: applyOrSetAside(record, world) }));
  const { levels, orders, reservations, voidedCounts, wanted } = world;
  return { records, levels, orders, reservations, voidedCounts, wanted };
}

/** An event on which the rules throw is a poison record: it is set aside with what was thrown, and the rest goes on. */
function applyOrSetAside(record: FreshRecord, world: World): Applied | SetAside {
  try {
    const awaited = world.voided.get(identityKey(record.event));
    const isVoided = record.isVoided === true || (awaited?.state === 'TOMBSTONE' && awaited.location === record.event.location);
    const { event, envelope, isReleased } = record;
    const done = apply({ event, envelope, isVoided, ...(isReleased === undefined ? {} : { isReleased }) }, record.at, world);
    if ('kind' in done) return setAside(world, record, done);
    takeOver(world, record, done);
    return done.result;
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const code = (cause as { code?: unknown }).code;
    if (code === 'OVERFLOW' || code === 'VOID_NOT_ALLOWED') return setAside(world, record, { kind: 'setAside', reason: code, detail });
    return setAside(world, record, { kind: 'setAside', reason: 'POISON', detail: `The rules threw: ${detail}` });
  }
}

/** It waits for a person; a void of it finds it there. */
function setAside(world: World, { event }: FreshRecord, result: SetAside): SetAside {
  world.targets.set(identityKey(event), { state: 'QUARANTINED', name: event.name, rows: [], hopTo: null, consumed: [] });
  return result;
}

function takeOver(world: World, { event }: FreshRecord, { draft, result }: { draft: Draft; result: Applied }): void {
  for (const [key, level] of draft.levels) world.levels.set(key, level);
  for (const order of result.orders) world.keepOrder(order);
  for (const reservation of draft.reservations.values()) world.keepReservation(reservation);
  world.keepRows(draft.movements);
  world.keepCounts(draft.counts);
  for (const key of draft.voidedCounts) world.voidedCounts.add(key);
  const { location } = event;
  if (result.isVoided) world.voided.set(identityKey(event), { state: 'VOIDED', location });
  else world.voided.delete(identityKey(event));
  if (draft.voids !== null) world.voided.set(identityKey(draft.voids), { state: draft.voids.state, location });
  const rows = draft.movements.filter(({ by }) => by === null);
  world.targets.set(identityKey(event), {
    state: 'APPLIED',
    name: event.name,
    rows,
    hopTo: draft.hops[0]?.location ?? null,
    consumed: consumedOf(draft.entries),
  });
}

/** What an event consumed of reservations by themselves: what its void gives back. */
export function consumedOf(entries: readonly ReservationEntry[]): ConsumedReservation[] {
  return entries.flatMap(({ location, reference, line, kind, delta }) =>
    kind === 'CONSUMED' && reference !== null ? [{ location, reference, line, quantity: -delta }] : [],
  );
}
