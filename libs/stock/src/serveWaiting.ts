import { levelKey, splitLevelKey, type Order, type OrderLine, type ReservationLine } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { compareWaiting, nameKey, WAITING_LINES_FIRST, type WaitingLine } from './known.js';
import { claimOf, withLines } from './orderLines.js';
import { availableAt, fitsWhole, serve } from './promises.js';
import { claimOfReservation } from './reservationLines.js';

/**
 * Serves those who wait, in the fold of the event that has raised `available`: by promise, then by who asked first, each
 * line as far as it goes, an ALL_OR_NOTHING order only whole (domain.md, "Policies"). One queue over all items that the
 * event has raised: who comes first for one of them comes first.
 */
export function serveWaiting(draft: Draft): void {
  const queue: Waiting[] = [];
  for (const key of keysToServe(draft)) {
    const { location, sku } = splitLevelKey(key);
    for (const waiting of waitingFor(draft, key)) queue.push({ location, sku, key, ...waiting });
  }
  queue.sort(compareQueued);
  for (const { location, sku, key, line, isEnd } of queue) {
    if (availableAt(draft, { location, sku }) <= 0) continue;
    if (isEnd) return wantMore(draft, key);
    if (line.holder === 'order') serveOrder(draft, location, line);
    else serveReservation(draft, location, line);
  }
}

interface Waiting extends Queued {
  readonly location: string;
  readonly sku: string;
  readonly key: string;
}
interface Queued {
  readonly line: WaitingLine;
  /** Nobody further is known, though there are some: this stands after the last one that is. */
  readonly isEnd: boolean;
}
const compareQueued = (a: Queued, b: Queued): number => compareWaiting(a.line, b.line) || Number(a.isEnd) - Number(b.isEnd);

/** Items that somebody waits for and that there are some of. An order that waits whole may fit now because it waits for less, though nothing has been raised. */
function keysToServe(draft: Draft): string[] {
  const keys = new Set(draft.levels.keys());
  for (const order of draft.orders.values()) {
    if (order.policy !== 'ALL_OR_NOTHING') continue;
    for (const { sku, backordered } of order.lines) if (backordered > 0) keys.add(levelKey(order.location, sku));
  }
  return [...keys].filter((key) => {
    const { location, sku } = splitLevelKey(key);
    return draft.level(location, sku).backordered > 0 && availableAt(draft, { location, sku }) > 0;
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
  const changed = changedHolders(draft, key);
  const { location } = splitLevelKey(key);
  const kept = known.first.filter(({ holder, name }) => !changed.names.has(`${holder}\t${nameKey(location, name)}`));
  const queued = [...kept, ...changed.lines].map((line) => ({ line, isEnd: false }));
  return known.isAll ? queued : [...queued, { line: known.first[known.first.length - 1] ?? NOBODY, isEnd: true }];
}

/** Before everybody. */
const NOBODY: WaitingLine = { holder: 'order', name: '', line: 0, promisedShipBy: -Infinity, place: -1 };

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
    const { promisedShipBy = null, place = null, lines = [] } = order ?? {};
    return lines
      .filter((line) => line.sku === sku && line.backordered > 0)
      .map(({ line }) => ({ holder: 'order', name, line, promisedShipBy, place: place ?? 0 }));
  }
  const reservation = draft.reservation(location, name);
  return (reservation?.lines ?? [])
    .filter((line) => line.sku === sku && line.backordered > 0)
    .map(({ line }) => ({ holder: 'reservation', name, line, promisedShipBy: null, place: reservation?.place ?? 0 }));
}
