import type { EventIdentity, Instant, SupplyEvent } from '@quayside/contracts';

/** A place in the order of facts (domain.md, "Events"): (occurredAt, source, sequence, id). */
export interface FactPosition extends EventIdentity {
  readonly occurredAt: Instant;
  readonly sequence: number;
}

export function compareFacts(a: FactPosition, b: FactPosition): number {
  return a.occurredAt - b.occurredAt || compareTexts(a.source, b.source) || a.sequence - b.sequence || compareTexts(a.id, b.id);
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A hop stands where its cause stands. */
export function positionOf(event: SupplyEvent): FactPosition {
  const { source, id } = event.name === 'hop.stockIn' ? event.cause : event;
  return { occurredAt: event.occurredAt, source, sequence: event.sequence, id };
}

export const identityKey = ({ source, id }: EventIdentity): string => `${source}|${id}`;
