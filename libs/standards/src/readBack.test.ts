import { decodeEventRecord, DOOR_EVENT_NAMES, encodeEnvelopeAround, type SupplyEvent } from '@quayside/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admit, type AcceptedItem } from './admission.js';
import { EXAMPLE_EVENTS, EXAMPLE_ORDER } from './exampleEvents.js';
import type { EventFormat } from './eventFormat.js';
import { looselyLike } from './testing/looselyLike.js';

/** What the door takes of one request, null where it refuses it. */
function take(sent: object, format: EventFormat = 'structured'): AcceptedItem | null {
  const admission = admit({ body: Buffer.from(JSON.stringify(sent)), format, headers: {}, receivedAt: 1_000, sender: 'key-1' });
  const item = admission.kind === 'read' ? admission.items[0] : undefined;
  return item?.kind === 'accepted' ? item : null;
}
/** As inventory reads it back from the log; throws for what it would set aside as UNREADABLE. */
const readBack = ({ envelope, text }: AcceptedItem): SupplyEvent => decodeEventRecord(new TextEncoder().encode(encodeEnvelopeAround(envelope, text))).event;

describe('what the door takes can be read on the other side of the log', () => {
  it.each(DOOR_EVENT_NAMES.map((name) => [name]))('the example of %s', (name) => {
    const taken = take(EXAMPLE_EVENTS[name]);
    expect(taken && readBack(taken)).toMatchObject({ name, location: 'DC-1', source: '/wms/dc-1', id: EXAMPLE_EVENTS[name].id });
  });

  it('an order, with every field that it has', () => {
    const order = { ...EXAMPLE_ORDER, shipTo: 'Leeds', priority: 3, promisedDeliverBy: '2026-11-24T17:00:00+01:00' };
    const taken = take(order, 'order');
    expect(taken && readBack(taken)).toEqual({
      name: 'order.placed',
      source: '/shop/uk',
      id: 'order:SO-1001',
      sequence: 0,
      occurredAt: Date.parse('2026-11-22T13:00:00Z'),
      location: 'DC-1',
      order: 'SO-1001',
      customer: 'C-77',
      shipTo: 'Leeds',
      priority: 3,
      policy: 'PARTIAL',
      promisedShipBy: Date.parse('2026-11-23T17:00:00Z'),
      promisedDeliverBy: Date.parse('2026-11-24T16:00:00Z'),
      lines: [{ line: 1, sku: '10002', quantity: 3 }],
    });
  });

  it('whatever is nearly right and was taken', () => {
    let taken = 0;
    fc.assert(
      fc.property(looselyLike(), ({ name, data }) => {
        const item = take({ ...EXAMPLE_EVENTS[name], data });
        if (item === null) return;
        taken += 1;
        expect(readBack(item).name).toBe(name);
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});
