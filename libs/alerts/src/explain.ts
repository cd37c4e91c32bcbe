import { showInstant, type Cause, type EventName, type Instant, type LevelChange, type Quantity } from '@quayside/contracts';

/** The event behind a change in words: `shipment ship-981 at 13:04`. */
export function showCause({ cause, level }: LevelChange): string {
  return `${NOUNS[cause.name]} ${cause.id} at ${showTime(cause.occurredAt, level.updatedAt)}`;
}

/** When the cause happened, told beside the time at which we learnt it. */
export const showCauseTime = ({ cause, level }: LevelChange): string => showTime(cause.occurredAt, level.updatedAt);

const NOUNS: Record<EventName, string> = {
  'stock.received': 'receipt',
  'stock.shipped': 'shipment',
  'stock.moved': 'move',
  'hop.stockIn': 'move',
  'stock.adjusted': 'adjustment',
  'stock.returned': 'return',
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

/** Where to look an event up. */
export const pointTo = ({ source, id }: Cause): { source: string; id: string } => ({ source, id });
