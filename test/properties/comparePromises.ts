import { levelKey, type OrderLine, type Promised, type ReservationLine } from '@quayside/contracts';
import { differs, type Discrepancy } from './discrepancy.js';
import { isOrderStage, stagesOf } from './oracle/stage.js';
import type { DemandLine, JournalEntry, OrderDemandLine } from './oracle/demand.js';
import type { Oracle } from './oracle/oracle.js';
import type { OrderState } from './oracle/orderState.js';
import type { ReservationState } from './oracle/reservationModel.js';
import type { Entry, Subject } from './subject.js';

/** Everything that the log-order model says of promises, against the subject. */
export function comparePromises(subject: Subject, oracle: Oracle): Discrepancy | null {
  for (const order of oracle.orders.all()) {
    const found = order.placedAt === null ? compareUnplaced(subject, order) : compareOrder(subject, order);
    if (found !== null) return found;
  }
  for (const reservation of oracle.reservations.all()) {
    const found = compareReservation(subject, reservation);
    if (found !== null) return found;
  }
  const known = new Set(oracle.orders.all().map(({ location, name }) => `${location}\t${name}`));
  const invented = [...subject.orders.keys()].find((key) => !known.has(key));
  if (invented !== undefined) return { check: 'order', detail: `an order ${invented} that nobody named` };
  return differs(
    'reservation',
    { what: 'references', subject: [...subject.reservations.keys()].sort() },
    oracle.reservations
      .all()
      .map(({ location, name }) => `${location}\t${name}`)
      .sort(),
  );
}

/** reserved and backordered of levels. */
export function compareReserved(subject: Subject, oracle: Oracle): Discrepancy | null {
  for (const { location, sku } of oracle.book.holders.flatMap((holder) => holder.lines.map(({ sku: each }) => ({ location: holder.location, sku: each })))) {
    const level = subject.levels.get(levelKey(location, sku));
    const found =
      differs('reserved', { what: `reserved of ${sku} at ${location}`, subject: level?.reserved ?? 0 }, oracle.book.reserved(location, sku)) ??
      differs('backordered', { what: `backordered of ${sku} at ${location}`, subject: level?.backordered ?? 0 }, oracle.book.backordered(location, sku));
    if (found !== null) return found;
  }
  return null;
}

/** What the record did to promises, summed up by holder, line and kind. */
export function compareEntries(entries: readonly Entry[], journal: readonly JournalEntry[]): Discrepancy | null {
  const shown = entries.map(({ orderNumber, reference, line, sku, kind, delta }) => ({
    what: `${kind} ${orderNumber === null ? `reservation ${reference}` : `order ${orderNumber}`} line ${line} ${sku}`,
    delta,
  }));
  const told = journal.map(({ holder, line, kind, delta }) => ({ what: `${kind} ${holder.kind} ${holder.name} line ${line.line} ${line.sku}`, delta }));
  return differs('entries', { what: 'entries', subject: summed(shown) }, summed(told));
}

function summed(list: readonly { readonly what: string; readonly delta: number }[]): string[] {
  const sums = new Map<string, number>();
  for (const { what, delta } of list) sums.set(what, (sums.get(what) ?? 0) + delta);
  return [...sums].map(([what, sum]) => `${what}: ${sum}`).sort();
}

function compareUnplaced(subject: Subject, order: OrderState): Discrepancy | null {
  const shown = subject.orders.get(`${order.location}\t${order.name}`);
  if (shown === undefined) return null;
  const header = { placedAt: shown.placedAt, place: shown.place, stage: shown.stage, isHeld: shown.isHeld, lines: shown.lines.length };
  return differs(
    'unplaced order',
    { what: `order ${order.name} before it was placed`, subject: header },
    { placedAt: null, place: null, stage: 'PLACED', isHeld: order.isHeld, lines: 0 },
  );
}

function compareOrder(subject: Subject, order: OrderState): Discrepancy | null {
  const shown = subject.orders.get(`${order.location}\t${order.name}`);
  if (shown === undefined) return { check: 'order', detail: `order ${order.name} is missing` };
  const what = `order ${order.name}`;
  const { source, policy, place, placedAt, promisedShipBy, promisedDeliverBy, isHeld } = shown;
  const header = { source, policy, place, placedAt, promisedShipBy, promisedDeliverBy, isHeld, early: shown.early };
  const expected = {
    source: order.source,
    policy: order.policy,
    place: order.place,
    placedAt: order.placedAt,
    promisedShipBy: order.promisedShipBy,
    promisedDeliverBy: order.promisedDeliverBy,
    isHeld: order.isHeld,
    early: null,
  };
  const lines = differs(
    'order lines',
    { what: `lines of ${what}`, subject: [...shown.lines].sort((a, b) => a.line - b.line).map(showOrderLine) },
    order.lines.map(showOrderLine),
  );
  const stages = stagesOf(order);
  const stage = isOrderStage(stages, shown.stage)
    ? null
    : { check: 'stage', detail: `stage of ${what}: expected ${[...stages].join(' or ')}, got ${shown.stage}` };
  return differs('order', { what, subject: header }, expected) ?? lines ?? stage;
}

function compareReservation(subject: Subject, reservation: ReservationState): Discrepancy | null {
  const shown = subject.reservations.get(`${reservation.location}\t${reservation.name}`);
  if (shown === undefined) return { check: 'reservation', detail: `reservation ${reservation.name} is missing` };
  const what = `reservation ${reservation.name}`;
  const { order, policy, source, place, decidedAt, expiresAt, expiryOffset } = shown;
  const expected = {
    order: reservation.order,
    policy: reservation.policy,
    source: reservation.source,
    place: reservation.place,
    decidedAt: reservation.decidedAt,
    expiresAt: reservation.expiresAt,
    expiryOffset: reservation.expiryOffset,
  };
  return (
    differs(
      'reservation lines',
      { what: `lines of ${what}`, subject: [...shown.lines].sort((a, b) => a.line - b.line).map(showPromised) },
      [...reservation.lines].sort((a, b) => a.line - b.line).map(showPromised),
    ) ?? differs('reservation', { what, subject: { order, policy, source, place, decidedAt, expiresAt, expiryOffset } }, expected)
  );
}

const PROMISED = [
  'requested',
  'confirmed',
  'backordered',
  'rejected',
  'withdrawn',
  'active',
  'consumed',
  'released',
  'expired',
] as const satisfies (keyof Promised)[];
const ORDERED = ['ordered', 'cancelled', 'shipped', 'overshipped', 'returned'] as const satisfies (keyof OrderLine)[];

/** Numbers that are not 0, in words. */
const showPromised = (line: ReservationLine | DemandLine): string => `${line.line} ${line.sku}: ${show(PROMISED.map((name) => [name, line[name]]))}`;
const showOrderLine = (line: OrderLine | OrderDemandLine): string => `${showPromised(line)} ${show(ORDERED.map((name) => [name, line[name]]))}`;
const show = (counters: readonly (readonly [string, number])[]): string =>
  counters
    .filter(([, quantity]) => quantity !== 0)
    .map(([name, quantity]) => `${name} ${quantity}`)
    .join(' ');
