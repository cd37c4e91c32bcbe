import { describe, expect, it } from '@jest/globals';
import { decodeEventRecord, encodeEnvelope, encodeEnvelopeAround, type EventEnvelope } from './eventRecord.js';

const envelope: EventEnvelope = {
  v: 1,
  occurredAt: 1_700_000_000_000,
  receivedAt: 1_700_000_000_500,
  hash: 'h',
  sender: 'key-1',
  event: {
    specversion: '1.0',
    id: 'ship-981',
    source: '/wms/dc-1',
    type: 'quayside.stock.shipped.v1',
    sequence: '7',
    data: { location: 'DC-1', lines: [{ sku: '10002', quantity: 3 }] },
  },
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a record of the log', () => {
  it('gives the event in the form that the rules work on', () => {
    expect(decodeEventRecord(bytes(encodeEnvelope(envelope))).event).toEqual({
      name: 'stock.shipped',
      source: '/wms/dc-1',
      id: 'ship-981',
      sequence: 7,
      occurredAt: 1_700_000_000_000,
      location: 'DC-1',
      lines: [{ sku: '10002', quantity: 3 }],
    });
  });

  it('is the same around the text of the event as it was sent', () => {
    const sent = JSON.stringify(envelope.event, null, 2);
    const text = encodeEnvelopeAround({ ...envelope, sender: 'user:"a"' }, sent);
    expect(text).toContain(sent);
    expect(decodeEventRecord(bytes(text))).toEqual(decodeEventRecord(bytes(encodeEnvelope({ ...envelope, sender: 'user:"a"' }))));
  });

  it('may hold a text that only looks like an escaped control character', () => {
    const odd = { ...envelope, event: { ...envelope.event, id: 'C:\\u0001' } };
    expect(decodeEventRecord(bytes(encodeEnvelope(odd))).event.id).toBe('C:\\u0001');
    expect(() => decodeEventRecord(bytes(encodeEnvelope({ ...odd, event: { ...odd.event, id: '\\\u0001' } })))).toThrow('control character');
  });

  it.each([
    ['no value', null],
    ['text that is cut off', bytes('{"v":1')],
    ['bytes that are no UTF-8', new Uint8Array([0xff, 0xfe])],
    ['an envelope of another version', bytes(JSON.stringify({ ...envelope, v: 2 }))],
    ['an event type of a later version', bytes(JSON.stringify({ ...envelope, event: { ...envelope.event, type: 'quayside.stock.shipped.v9' } }))],
    ['no location', bytes(JSON.stringify({ ...envelope, event: { ...envelope.event, data: { lines: [] } } }))],
    ['a null envelope', bytes('null')],
    ['a text that Postgres cannot hold', bytes(JSON.stringify({ ...envelope, event: { ...envelope.event, id: 'a\u0000b' } }))],
  ])('that has %s is unreadable, whatever else stands in it', (_case, value) => {
    expect(() => decodeEventRecord(value)).toThrow(expect.objectContaining({ name: 'UnreadableRecord' }));
  });
});
