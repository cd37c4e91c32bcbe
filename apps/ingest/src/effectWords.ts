import { assertNever, showInstant, type DemandLine, type FoldedEvent, type ReservationPolicy } from '@quayside/contracts';

/** Events that do not say themselves by how much stock changes: what they ask for is decided where they stand in the log. */
export type AskingEvent = Exclude<FoldedEvent, { name: `stock.${'received' | 'shipped' | 'moved' | 'returned' | 'adjusted' | 'dispositionChanged'}` }>;

/** What an event asks for, in a sentence. Nothing here is worked out: numbers are those of the event. */
export function askedInWords(event: AskingEvent): string {
  switch (event.name) {
    case 'stock.counted':
      return `Books, as of ${showInstant(event.occurredAt)}, the difference between what was counted on ${count(event.lines, 'line')} and what is known of that time${event.complete === true ? '; lots of the same skus and buckets that are not named count as 0' : ''}.`;
    case 'adjustment.requested':
      return `Adjusts ${count(event.lines, 'line')} whole, if each level then has the on hand that its line expects; else it is refused as STALE.`;
    case 'order.placed':
      return `Asks for ${goods(event.lines)} for order ${event.order}; ${POLICY_WORDS[event.policy ?? 'BACKORDER']}.`;
    case 'order.amended':
      return `Changes order ${event.order}: ${amended(event)}.`;
    case 'order.cancelled':
      return `Cancels ${event.lines === undefined ? 'all' : `line ${event.lines.join(', ')}`} of order ${event.order} that is not shipped; what it holds is given back.`;
    case 'order.held':
      return `Holds order ${event.order}: ${event.reason}.`;
    case 'order.holdReleased':
      return `Lets order ${event.order} go on.`;
    case 'reservation.requested':
      return `Asks to hold ${goods(event.lines)} as ${event.reservation}${event.expiresAt === undefined ? '' : ` until ${showInstant(event.expiresAt)}`}; ${POLICY_WORDS[event.policy ?? 'ALL_OR_NOTHING']}.`;
    case 'reservation.released':
      return `Gives back ${event.quantity === undefined ? 'all' : `at most ${event.quantity}`} of ${event.line === undefined ? '' : `line ${event.line} of `}reservation ${event.reservation}.`;
    case 'reservation.extended':
      return `Holds reservation ${event.reservation} until ${showInstant(event.expiresAt)}, if it still holds anything.`;
    case 'event.voided':
      return `Takes back what ${event.target.source} ${event.target.id} did at ${event.location}, at its own time; if that has not been seen there, the void waits for it.`;
    case 'hop.stockIn':
    case 'hop.voided':
    case 'reservation.expired':
    case 'policy.set':
      throw new Error(`${event.name} does not come through the door`);
    default:
      return assertNever(event);
  }
}

const POLICY_WORDS: Readonly<Record<ReservationPolicy, string>> = {
  ALL_OR_NOTHING: 'all of it or nothing',
  PARTIAL: 'what is there is reserved, the rest refused',
  BACKORDER: 'what is there is reserved, the rest waits',
};

/** Lines named one by one in a sentence. */
const LINES_NAMED_MAX = 3;

function goods(lines: readonly DemandLine[]): string {
  const named = lines.slice(0, LINES_NAMED_MAX).map(({ line, sku, quantity }) => `${quantity} of ${sku} (line ${line})`);
  const more = lines.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${count({ length: more }, 'more line')}`;
}

function amended({ lines, promisedShipBy, promisedDeliverBy }: Extract<AskingEvent, { name: 'order.amended' }>): string {
  return [
    ...(lines === undefined ? [] : [`ordered is now ${goods(lines)}`]),
    ...(promisedShipBy === undefined ? [] : [`to be shipped by ${showInstant(promisedShipBy)}`]),
    ...(promisedDeliverBy === undefined ? [] : [`to be delivered by ${showInstant(promisedDeliverBy)}`]),
  ].join(', ');
}

const count = ({ length }: { readonly length: number }, noun: string): string => `${length} ${noun}${length === 1 ? '' : 's'}`;
