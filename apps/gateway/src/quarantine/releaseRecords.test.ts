import { describe, expect, it } from '@jest/globals';
import { decodeEventRecord, encodeEnvelope, partitionOf, type EventEnvelope } from '@quayside/contracts';
import type { SourceEvent } from '@quayside/store';
import { correctData, placeOfRelease, releaseRecord, requestDigest, whyStuck } from './releaseRecords.js';

const envelope: EventEnvelope = {
  v: 1,
  occurredAt: 5,
  receivedAt: 5,
  hash: 'h',
  sender: 'key',
  event: {
    specversion: '1.0',
    id: 'e-1',
    source: '/wms',
    type: 'quayside.stock.received.v1',
    data: { location: 'DC-1', lines: [{ sku: 'A', quantity: -3 }] },
  },
};
const quarantined = (given: Partial<SourceEvent> = {}): SourceEvent => ({
  partition: partitionOf('DC-1'),
  offset: 12,
  status: 'QUARANTINED',
  duplicates: 0,
  recordedAt: 5,
  receivedAt: 5,
  problem: { reason: 'UNREADABLE', detail: 'data.lines.0.quantity is not a whole number' },
  appliedOffset: null,
  envelope,
  location: 'DC-1',
  record: Buffer.from(encodeEnvelope(envelope)),
  ...given,
});
const fix = [{ op: 'replace', path: '/data/lines/0/quantity', value: 3 }];
const fixed = { location: 'DC-1', lines: [{ sku: 'A', quantity: 3 }] };

describe('letting a quarantined record through', () => {
  it('corrects what is under /data', () => {
    expect(correctData(quarantined(), fix)).toEqual({ kind: 'data', data: fixed });
  });

  it.each([
    ['another part of the event', quarantined(), [{ op: 'replace', path: '/source', value: '/other' }], 'Only what is under /data'],
    ['what cannot be patched so', quarantined(), [{ op: 'remove', path: '/data/lines/7' }], 'Operation 0: There is nothing at /data/lines/7'],
    ['the data to no object', quarantined(), [{ op: 'replace', path: '/data', value: 'x' }], 'has to be an object'],
    ['a record that cannot be read', quarantined({ envelope: null }), fix, 'cannot be read'],
    ['by no patch at all', quarantined(), { op: 'remove' }, 'list of operations'],
  ])('does not correct %s', (_name, event, patch, why) => {
    expect(correctData(event, patch)).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
  });

  it('says in advance what would not be taken', () => {
    expect(whyStuck(quarantined(), null)).toContain('Still unreadable: data.lines.0.quantity');
    expect(whyStuck(quarantined(), fixed)).toBeNull();
    expect(whyStuck(quarantined({ partition: partitionOf('DC-1') + 1 }), fixed)).toContain('another partition');
    expect(whyStuck(quarantined({ problem: { reason: 'ID_CONFLICT', detail: '' } }), fixed)).toContain('belongs to another event');
    expect(whyStuck(quarantined({ record: Buffer.from('{') }), null)).toContain('Still unreadable');
  });

  it('is one record at the same partition, which names the place and carries the correction', () => {
    const asked = { actor: 'olga', commandId: 'abc.k-1', request: 'digest', now: 9 };
    const record = releaseRecord(quarantined(), fixed, asked);
    expect(record.partition).toBe(partitionOf('DC-1'));
    expect(placeOfRelease(record.id)).toEqual({ partition: partitionOf('DC-1'), offset: 12 });
    expect(decodeEventRecord(Buffer.from(record.value)).event).toMatchObject({ name: 'quarantine.released', offset: 12, actor: 'olga', data: fixed });
    expect(releaseRecord(quarantined(), fixed, { ...asked, now: 10 }).hash).toBe(record.hash);
    expect(releaseRecord(quarantined(), fixed, { ...asked, request: 'another' }).hash).not.toBe(record.hash);
  });

  it('is the same request whatever the order of its ids, and another one with another filter', () => {
    const digest = (ids: readonly string[] | null, filter: unknown) => requestDigest({ ids, filter, patch: null });
    expect(digest(['a', 'b'], null)).toBe(digest(['b', 'a'], undefined));
    expect(digest(null, { eventId: 'a' })).not.toBe(digest(null, { eventId: 'b' }));
  });
});
