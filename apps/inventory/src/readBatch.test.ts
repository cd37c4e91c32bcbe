import { describe, expect, it } from '@jest/globals';
import { encodeEnvelope, partitionOf } from '@quayside/contracts';
import type { LogRecord } from '@quayside/kafka';
import { isDataError, readBatch, stepOf } from './readBatch.js';

const HERE = 'DC-1';
const PARTITION = partitionOf(HERE);
const record = (offset: number, appendedAt: number, value: string | null): LogRecord => ({
  partition: PARTITION,
  offset,
  appendedAt,
  key: null,
  value: value === null ? null : Buffer.from(value),
});
const event = (name: string, data: Record<string, unknown>): string =>
  encodeEnvelope({
    v: 1,
    occurredAt: 1,
    receivedAt: 1,
    hash: 'h',
    sender: 's',
    event: { specversion: '1.0', id: 'i', source: '/s', type: `quayside.${name}.v1`, data },
  });
const received = (location: string): string => event('stock.received', { location, lines: [{ sku: 'A', quantity: 1 }] });
const decision = event('quarantine.dismissed', { offset: 1, actor: 'a', reason: 'r' });

describe('a batch of the log', () => {
  it('is recorded by the running maximum of append times, whatever the broker’s clock does', () => {
    const batch = readBatch(PARTITION, [record(5, 90, received(HERE)), record(6, 200, received(HERE)), record(7, 150, received(HERE))], {
      lastRecordedAt: 100,
      appliedAt: 1,
    });
    expect(batch).toMatchObject({ from: 5, to: 8 });
    expect(batch.records.map(({ at }) => [at.appendedAt, at.recordedAt])).toEqual([
      [90, 100],
      [200, 200],
      [150, 200],
    ]);
  });

  it('sets aside what cannot be read and what another partition owns, with the reason', () => {
    const elsewhere = ['DC-2', 'DC-3', 'DC-4'].find((code) => partitionOf(code) !== PARTITION) ?? '';
    const batch = readBatch(PARTITION, [record(0, 1, null), record(1, 1, received(elsewhere)), record(2, 1, received(HERE))], {
      lastRecordedAt: 0,
      appliedAt: 1,
    });
    expect(batch.records.map((each) => (each.kind === 'event' ? 'event' : each.reason))).toEqual(['UNREADABLE', 'WRONG_PARTITION', 'event']);
  });

  it('is cut around a decision about a quarantined record: what is before it is committed, what is after it not yet known', () => {
    const batch = readBatch(PARTITION, [record(0, 1, received(HERE)), record(1, 1, decision), record(2, 1, received(HERE)), record(3, 1, decision)], {
      lastRecordedAt: 0,
      appliedAt: 1,
    });
    expect(stepOf(batch)).toMatchObject({ from: 0, to: 1 });
    expect(stepOf({ ...batch, from: 1, records: batch.records.slice(1) })).toMatchObject({ from: 1, to: 2 });
  });
});

describe('what Postgres refuses', () => {
  const refusal = (code: string, severity?: string): Error => Object.assign(new Error('refused'), { code, ...(severity === undefined ? {} : { severity }) });
  it.each([
    ['a value out of range', refusal('22003', 'ERROR'), true],
    ['an index entry that is too long', refusal('54000', 'ERROR'), true],
    ['a deadlock', refusal('40P01', 'ERROR'), false],
    ['a server that shuts down', refusal('57P01', 'FATAL'), false],
    ['a connection that is gone', refusal('ECONNRESET'), false],
  ])('%s: sending it again will not help: %#', (_case, cause, isData) => {
    expect(isDataError(cause)).toBe(isData);
  });
});
