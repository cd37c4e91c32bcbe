import { COMMAND_SOURCE, showInstant, type Cause, type EventName, type Instant, type LevelChange, type OrderChange, type Quantity } from '@quayside/contracts';

/** The event behind a change in words: `shipment ship-981 at 13:04`. */
export function showCause(change: LevelChange | OrderChange): string {
  return `${NOUNS[change.cause.name]}${showName(change.cause)} at ${showCauseTime(change)}`;
}

/** The name that people know it by: of what is about an order or a reservation that one's, of what a person did here none. */
function showName({ name, source, id, document }: Cause): string {
  if (name.startsWith('order.')) return name === 'order.placed' ? ` ${document ?? id}` : ` of order ${document ?? id}`;
  if (name.startsWith('reservation.')) return name === 'reservation.requested' ? ` ${document ?? id}` : ` of reservation ${document ?? id}`;
  return source === COMMAND_SOURCE ? ' by hand' : ` ${id}`;
}

/** When the cause happened, told beside the time at which we learnt it. */
export const showCauseTime = (change: LevelChange | OrderChange): string => showTime(change.cause.occurredAt, recordedAtOf(change));

/** When we learnt of a change: recordedAt of its event, hence a function of the log. */
export const recordedAtOf = (change: LevelChange | OrderChange): Instant => (change.kind === 'level' ? change.level : change.order).updatedAt;

const NOUNS: Record<EventName, string> = {
  'stock.received': 'receipt',
  'stock.shipped': 'shipment',
  'stock.moved': 'move',
  'stock.adjusted': 'adjustment',
  'stock.returned': 'return',
  'stock.counted': 'count',
  'stock.dispositionChanged': 'change of condition',
  'adjustment.requested': 'requested adjustment',
  'order.placed': 'order',
  'order.amended': 'amendment',
  'order.cancelled': 'cancellation',
  'order.held': 'hold',
  'order.holdReleased': 'end of hold',
  'reservation.requested': 'reservation',
  'reservation.released': 'release',
  'reservation.extended': 'extension',
  'reservation.expired': 'expiry',
  'event.voided': 'void',
  'hop.voided': 'void',
  'hop.stockIn': 'move',
  'policy.set': 'policy',
  'quarantine.released': 'release',
  'quarantine.dismissed': 'dismissal',
};

/** `13:04`, with its date in front where that is not the day of `beside`. UTC: locations have no time zone yet. */
export function showTime(at: Instant, beside: Instant): string {
  const [day = '', time = ''] = showInstant(at).split('T');
  const [today] = showInstant(beside).split('T');
  return day === today ? time.slice(0, 5) : `${day} ${time.slice(0, 5)}`;
}

/** A whole number with a real minus sign, as the sums in the explanations have it. */
export const showQuantity = (quantity: Quantity): string => (quantity < 0 ? `−${-quantity}` : String(quantity));

/** `1 piece`, `2 pieces`. */
export const showCount = (count: number, noun: string): string => `${showQuantity(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Where to look an event up. */
export const pointTo = ({ source, id }: Pick<Cause, 'source' | 'id'>): { source: string; id: string } => ({ source, id });
