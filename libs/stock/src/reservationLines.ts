import type { Reservation, ReservationLine } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { end, withdraw, type Claim } from './promises.js';

export const claimOfReservation = (
  { location, reference }: Pick<Reservation, 'location' | 'reference'>,
  { sku, line }: Pick<ReservationLine, 'sku' | 'line'>,
): Claim => ({
  location,
  sku,
  line,
  orderNumber: null,
  reference,
});

/** Ends a line whole: what waits is withdrawn, what is held is released or has expired. */
export function endLine(draft: Draft, reservation: Reservation, { line, kind }: { line: ReservationLine; kind: 'RELEASED' | 'EXPIRED' }): ReservationLine {
  const claim = claimOfReservation(reservation, line);
  const waited = withdraw(draft, claim, { line, quantity: line.backordered });
  return end(draft, claim, { line: waited, quantity: waited.active, kind });
}

/** An order is placed for which stock was held: the stock goes over to it, and nobody can come in between. */
export function handOver(draft: Draft, location: string, number: string): void {
  for (const reservation of draft.attachedTo(location, number)) {
    if (reservation.lines.every(({ active, backordered }) => active + backordered === 0)) continue;
    draft.keepReservation({ ...reservation, lines: reservation.lines.map((line) => endLine(draft, reservation, { line, kind: 'RELEASED' })) });
  }
}
