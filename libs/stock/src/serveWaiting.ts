import { available, levelKey, splitLevelKey, type Order, type OrderLine, type ReservationLine } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { compareWaiting, nameKey, WAITING_LINES_FIRST, type WaitingLine } from './known.js';
import { claimOf, withLines } from './orderLines.js';
import { availableAt, fitsWhole, serve } from './promises.js';
import { claimOfReservation } from './reservationLines.js';

/**
 * Serves those who wait, in the fold of the event that has raised `available`: by promise, then by who asked first, each
 * line as far as it goes, an ALL_OR_NOTHING order only whole (domain.md, "Policies"). One queue over all items that the
 * event has raised: who comes first for one of them comes first. What was served before can only fit better where
 * something was raised, so nothing else is looked at, but for orders of the event that wait whole and may wait for less.
 */
export function serveWaiting(draft: Draft): void {
  const raised = [...draft.levels.keys()].filter((key) => isRaised(draft, key));
  const own = ownWholes(draft, raised);
  if (raised.length === 0 && own.length === 0) return;
  const queue = [...raised.flatMap((key) => waitingFor(draft, key)), ...own].sort(compareQueued);
  for (const { key, line, isEnd } of queue) {
    const { location, sku } = splitLevelKey(key);
    const left = availableAt(draft, { location, sku });
    if (left <= 0) continue;
    if (isEnd) wantMore(draft, key);
    else if (line.isWhole && left < line.quantity) continue;
    else if (line.holder === 'order') serveOrder(draft, location, line);
    else serveReservation(draft, location, line);
  }
}

interface Queued {
  /** levelKey of the item. */
  readonly key: string;
  readonly line: WaitingLine;
  /** Nobody further is known, though there are some: this stands after the last one that is. */
  readonly isEnd: boolean;
}
const compareQueued = (a: Queued, b: Queued): number => compareWaiting(a.line, b.line) || Number(a.isEnd) - Number(b.isEnd);

/** Somebody waits for it, there is some of it, and there was less before. */
function isRaised(draft: Draft, key: string): boolean {
  const { location, sku } = splitLevelKey(key);
  const level = draft.level(location, sku);
  if (level.backordered === 0 || available(level) <= 0) return false;
  const before = draft.world.level(key);
  return before === null || available(before) < available(level);
}

/** Orders that this event has changed and that wait whole: by one of the items that they wait for. */
function ownWholes(draft: Draft, raised: readonly string[]): Queued[] {
  return [...draft.orders.values()].flatMap((order) => {
    const first = order.policy === 'ALL_OR_NOTHING' ? order.lines.find(({ backordered }) => backordered > 0) : undefined;
    if (first === undefined || raised.includes(levelKey(order.location, first.sku))) return [];
    return [{ key: levelKey(order.location, first.sku), line: waitingLine(order, first), isEnd: false }];
  });
}

function serveOrder(draft: Draft, location: string, { name, line: number }: WaitingLine): void {
  const order = draft.order(location, name);
  const line = order?.lines.find((each) => each.line === number);
  if (order === null || line === undefined || line.backordered === 0) return;
  if (order.policy === 'ALL_OR_NOTHING') return serveWhole(draft, order);
  const quantity = Math.min(line.backordered, availableAt(draft, claimOf(order, line)));
  draft.keepOrder(withLines(order, [serve(draft, claimOf(order, line), { line, quantity })]));
}

function serveWhole(draft: Draft, order: Order): void {
  const lines = order.lines.filter(({ backordered }) => backordered > 0);
  const asked = lines.map((line: OrderLine) => ({ claim: claimOf(order, line), quantity: line.backordered }));
  if (!fitsWhole(draft, asked)) return;
  draft.keepOrder(
    withLines(
      order,
      lines.map((line) => serve(draft, claimOf(order, line), { line, quantity: line.backordered })),
    ),
  );
}

function serveReservation(draft: Draft, location: string, { name, line: number }: WaitingLine): void {
  const reservation = draft.reservation(location, name);
  const waits = reservation?.lines.find((each) => each.line === number);
  if (reservation === null || waits === undefined || waits.backordered === 0) return;
  const claim = claimOfReservation(reservation, waits);
  const quantity = Math.min(waits.backordered, availableAt(draft, claim));
  const served: ReservationLine = serve(draft, claim, { line: waits, quantity });
  draft.keepReservation({ ...reservation, lines: reservation.lines.map((each) => (each === waits ? served : each)) });
}

/** Who waits for an item now: those known at the fence that have not changed since, those that have, and where the known ones end. */
function waitingFor(draft: Draft, key: string): Queued[] {
  const { world } = draft;
  const known = world.known.waiting.get(key) ?? { first: [], isAll: world.known.levels.get(key) === null };
  if (!known.isAll && known.first.length === 0) wantMore(draft, key);
  const changed = changedHolders(draft, key);
  const { location } = splitLevelKey(key);
  const kept = known.first.filter(({ holder, name }) => !changed.names.has(`${holder}\t${nameKey(location, name)}`));
  const queued = [...kept, ...changed.lines].map((line) => ({ key, line, isEnd: false }));
  const last = known.first[known.first.length - 1];
  return known.isAll || last === undefined ? queued : [...queued, { key, line: last, isEnd: true }];
}

function wantMore({ world }: Draft, key: string): void {
  const known = world.known.waiting.get(key)?.first.length ?? 0;
  world.wanted.waiting.set(key, Math.max(WAITING_LINES_FIRST, known * 4));
}

/** Orders and reservations with a line of this item that this batch has changed: what is stored of them is old. */
function changedHolders(draft: Draft, key: string): { readonly names: ReadonlySet<string>; readonly lines: readonly WaitingLine[] } {
  const { sku } = splitLevelKey(key);
  const names = new Set(draft.world.holders.get(key));
  for (const [name, order] of draft.orders) if (order.lines.some((line) => line.sku === sku)) names.add(`order\t${name}`);
  for (const [name, reservation] of draft.reservations) if (reservation.lines.some((line) => line.sku === sku)) names.add(`reservation\t${name}`);
  const lines = [...names].flatMap((tagged) => linesOf(draft, tagged, sku));
  return { names, lines };
}

function linesOf(draft: Draft, tagged: string, sku: string): WaitingLine[] {
  const [holder = '', location = '', name = ''] = tagged.split('\t');
  if (holder === 'order') {
    const order = draft.order(location, name);
    return order === null ? [] : order.lines.filter((line) => line.sku === sku && line.backordered > 0).map((line) => waitingLine(order, line));
  }
  const reservation = draft.reservation(location, name);
  if (reservation === null) return [];
  const { place } = reservation;
  return reservation.lines
    .filter((line) => line.sku === sku && line.backordered > 0)
    .map(({ line, backordered: quantity }) => ({ holder: 'reservation', name, line, promisedShipBy: null, place, quantity, isWhole: false }));
}

const waitingLine = ({ number: name, promisedShipBy, place, policy }: Order, { line, backordered: quantity }: OrderLine): WaitingLine => ({
  holder: 'order',
  name,
  line,
  promisedShipBy,
  place: place ?? 0,
  quantity,
  isWhole: policy === 'ALL_OR_NOTHING',
});
