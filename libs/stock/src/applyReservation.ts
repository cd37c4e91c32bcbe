import {
  assertNever,
  NOTHING_PROMISED,
  type Reservation,
  type ReservationEvent,
  type ReservationLine,
  type ReservationReleased,
  type ReservationRequested,
} from '@quayside/contracts';
import { DONE, noEffect, type Decision } from './decision.js';
import type { Draft } from './draft.js';
import { decisionOf, shortagesOf } from './placeOrder.js';
import { ask, end, withdraw } from './promises.js';
import { claimOfReservation, endLine } from './reservationLines.js';

/** A promise is a question: decided once, in the order of the log, and never decided again. */
export function applyReservation(event: ReservationEvent, draft: Draft): Decision {
  const known = draft.reservation(event.location, event.reservation);
  if (event.name === 'reservation.requested') return request(event, draft, known);
  if (known === null) return noEffect(`There is no reservation ${event.reservation} at ${event.location}`);
  if (known.lines.every(({ active, backordered }) => active + backordered === 0)) return noEffect('It holds nothing any more');
  switch (event.name) {
    case 'reservation.released':
      return release(event, draft, known);
    case 'reservation.extended':
      draft.keepReservation({ ...known, expiresAt: event.expiresAt, expiryOffset: draft.at.offset });
      return DONE;
    case 'reservation.expired':
      if (known.expiryOffset !== event.expiryOffset) return noEffect('That expiry does not stand any more');
      draft.keepReservation({ ...known, lines: known.lines.map((line) => endLine(draft, known, { line, kind: 'EXPIRED' })) });
      return DONE;
    default:
      return assertNever(event);
  }
}

function request(event: ReservationRequested, draft: Draft, known: Reservation | null): Decision {
  const { location, reservation: reference } = event;
  if (known !== null) {
    draft.note('ALREADY_EXISTS', `Reservation ${reference} was requested before at ${location}: the first one stands`);
    return noEffect(`Reservation ${reference} exists already at ${location}`);
  }
  const policy = event.policy ?? 'ALL_OR_NOTHING';
  const asked = [...event.lines]
    .sort((a, b) => a.line - b.line)
    .map(({ line, sku, quantity }) => {
      const empty: ReservationLine = { ...NOTHING_PROMISED, line, sku };
      return { claim: claimOfReservation({ location, reference }, empty), line: empty, quantity };
    });
  const { offset, recordedAt } = draft.at;
  const isOver = event.expiresAt !== undefined && event.expiresAt <= recordedAt;
  const shortBy = shortagesOf(draft, asked);
  // One that is over when it is asked for must not hold stock for a moment that somebody else could have had.
  const lines = isOver ? refuse(asked) : ask(draft, asked, { policy, isOrder: false });
  draft.keepReservation({
    location,
    reference,
    source: event.source,
    order: event.order ?? null,
    policy,
    expiresAt: event.expiresAt ?? null,
    expiryOffset: event.expiresAt === undefined || isOver ? null : offset,
    place: offset,
    lines,
    decidedAt: recordedAt,
    version: 0,
    updatedAt: recordedAt,
  });
  return isOver ? { ...decisionOf(lines, []), detail: 'It had expired when it was asked for' } : decisionOf(lines, shortBy);
}

const refuse = (asked: readonly { readonly line: ReservationLine; readonly quantity: number }[]): ReservationLine[] =>
  asked.map(({ line, quantity }) => ({ ...line, requested: quantity, rejected: quantity }));

/** Of what waits first, then of what is held; each line by line. */
function release({ line: number, quantity }: ReservationReleased, draft: Draft, known: Reservation): Decision {
  let rest = quantity ?? Infinity;
  const take = (line: ReservationLine, most: number): number => {
    const part = number === undefined || line.line === number ? Math.min(rest, most) : 0;
    rest -= part;
    return part;
  };
  const claim = (line: ReservationLine) => claimOfReservation(known, line);
  const waited = known.lines.map((line) => withdraw(draft, claim(line), { line, quantity: take(line, line.backordered) }));
  const lines = waited.map((line) => end(draft, claim(line), { line, quantity: take(line, line.active), kind: 'RELEASED' }));
  if (lines.every((line, index) => line === known.lines[index])) return noEffect('There was nothing of that to release');
  draft.keepReservation({ ...known, lines });
  return DONE;
}
