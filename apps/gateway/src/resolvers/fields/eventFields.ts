import type { Bucket, Instant } from '@quayside/contracts';
import type { LedgerEntry, SourceEvent } from '@quayside/store';
import type { GatewayContext } from '../../context.js';
import { encodeNodeId } from '../../nodeId.js';
import { problemOf, type Problem } from '../../reads/problemOf.js';
import { seesEvent } from '../../reads/seesEvent.js';
import { PLACE } from './place.js';

/** Fields of movements and of the records that made them. */
export const EVENT_FIELDS = {
  LedgerEntry: {
    ...PLACE,
    id: (entry: LedgerEntry) => encodeNodeId({ ...entry, kind: 'ledger' }),
    bucket: ({ bucket }: { bucket: Bucket }) => bucket.toUpperCase(),
    order: ({ location, orderNumber }: LedgerEntry, _none: unknown, { orders }: GatewayContext) =>
      orderNumber === null ? null : orders.load({ location, number: orderNumber }),
    reverses: (entry: LedgerEntry, _none: unknown, { reversed }: GatewayContext) =>
      entry.kind === 'VOID' || entry.kind === 'VARIANCE_REVISION' ? reversed.load(entry) : null,
    event: causeOf,
  },
  SourceEvent: {
    id: ({ partition, offset }: SourceEvent) => encodeNodeId({ kind: 'event', partition, offset }),
    eventId: ({ envelope }: SourceEvent): string => envelope?.event.id ?? '',
    source: ({ envelope }: SourceEvent): string => envelope?.event.source ?? '',
    type: ({ envelope }: SourceEvent): string => envelope?.event.type ?? '',
    subject: ({ envelope }: SourceEvent): string | null => envelope?.event.subject ?? null,
    occurredAt: ({ envelope }: SourceEvent): Instant | null => envelope?.occurredAt ?? null,
    format: () => 'CLOUDEVENTS',
    problem: (event: SourceEvent): Problem | null => problemOf(event),
    payload: ({ envelope, record }: SourceEvent): unknown => envelope?.event ?? new TextDecoder().decode(record),
    entries: ({ partition, appliedOffset }: SourceEvent, _none: unknown, { entries }: GatewayContext) =>
      appliedOffset === null ? [] : entries.load({ partition, offset: appliedOffset }),
  },
};

/**
 * The record that made a row. Of the far end of an event, which we wrote ourselves, the event that its sender sent, where it
 * may be seen.
 */
async function causeOf(entry: LedgerEntry, _none: unknown, { events, origins, visible }: GatewayContext): Promise<SourceEvent | null> {
  const event = await events.load(entry);
  const origin = event === null ? null : await origins.load(event);
  return origin !== null && seesEvent(visible, origin) ? origin : event;
}
