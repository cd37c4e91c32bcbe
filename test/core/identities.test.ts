import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEnvelope, type CloudEventSent, type EventEnvelope, readEvent, type FoldedEvent } from '@quayside/contracts';
import { commitBatch, openDatabase, readFence, type BatchRecord, type Committed, type Database } from '@quayside/store';
import { Ground } from '../harness/ground.js';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const LOCATION = 'X';

interface Draft {
  readonly name: string;
  readonly id: string;
  readonly source?: string;
  readonly hash?: string;
  readonly occurredAt?: number;
  readonly data: Record<string, unknown>;
}

function envelopeOf({ name, id, source = '/s', hash = id, occurredAt = NOON, data }: Draft): EventEnvelope {
  const event: CloudEventSent = { specversion: '1.0', id, source, type: `quayside.${name}.v1`, data: { location: LOCATION, ...data } };
  return { v: 1, occurredAt, receivedAt: NOON, hash, sender: 'test', event };
}
const record = (offset: number, draft: Draft): BatchRecord => {
  const envelope = envelopeOf(draft);
  const at = { offset, appendedAt: NOON + offset, recordedAt: NOON + offset };
  return {
    kind: 'event',
    at,
    bytes: new TextEncoder().encode(encodeEnvelope(envelope)),
    content: { envelope, event: readEvent(envelope.event, envelope.occurredAt) },
  };
};
const lines = (quantity: number) => ({ lines: [{ sku: 'A', quantity }] });
const placed = (id: string, hash: string, quantity: number): Draft => ({ name: 'order.placed', id, hash, data: { order: 'O', ...lines(quantity) } });
const voidOf = (id: string, target: string, source = '/s'): Draft => ({
  name: 'event.voided',
  id,
  data: { source, id: target, reason: 'did_not_occur' },
});
const decision = (id: string, offset: number): Draft => ({
  name: 'quarantine.released',
  id,
  source: 'quayside:gateway',
  data: { offset, actor: 'a', reason: 'r' },
});

/** Sequences that a careful reader found to go wrong once: one partition each. */
describe('identities of events under voids, releases and repeats', () => {
  let ground: Ground;
  let database: Database;
  let released: Draft | null = null;

  beforeAll(async () => {
    ground = await Ground.make('identities');
    database = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await ground?.close();
  }, 30_000);

  const commit = async (partition: number, records: readonly BatchRecord[]): Promise<Extract<Committed, { kind: 'committed' }>> => {
    await readFence(database.pool, partition);
    const from = records[0]?.at.offset ?? 0;
    const done = await commitBatch(
      database.pool,
      { partition, from, to: from + records.length, records, appliedAt: 0 },
      {
        cached: new Map(),
        resolveRelease: (_waiting, { at }) => {
          if (released === null) return { kind: 'noEffect', why: 'nothing to release' };
          const envelope = envelopeOf(released);
          return { kind: 'fold', record: { envelope, event: readEvent(envelope.event, envelope.occurredAt) as FoldedEvent, at, isReleased: true } };
        },
      },
    );
    if (done.kind !== 'committed') throw new Error(`Refused at ${from}`);
    return done;
  };
  const rows = async (text: string, partition: number): Promise<Record<string, unknown>[]> =>
    (await database.pool.query<Record<string, unknown>>(text, [partition])).rows;
  const sellable = async (partition: number): Promise<unknown[]> =>
    (await rows('SELECT sellable FROM level WHERE partition = $1', partition)).map((row) => row['sellable']);

  it('of two arrivals under a tombstone the first in the log counts, however the log is cut', async () => {
    const log = [voidOf('v', 't'), placed('t', 'one', 5), placed('t', 'other', 7)].map((draft, offset) => record(offset, draft));
    await commit(0, log.slice(0, 1));
    await commit(0, log.slice(1));
    for (const each of log) await commit(1, [each]);
    await commit(2, log);
    for (const partition of [0, 1, 2]) {
      expect({
        partition,
        key: await rows(`SELECT hash, "offset", state FROM event_key WHERE partition = $1 AND id = 't'`, partition),
        conflicts: await rows('SELECT "offset" FROM quarantine WHERE partition = $1', partition),
        ordered: await rows('SELECT ordered FROM order_line WHERE partition = $1', partition),
      }).toEqual({ partition, key: [{ hash: 'one', offset: 1, state: 'APPLIED' }], conflicts: [{ offset: 2 }], ordered: [{ ordered: 5 }] });
    }
  });

  it('an unread record that is let through under a tombstone has its identity, and a repeat of it is a repeat', async () => {
    const at = { offset: 1, appendedAt: NOON, recordedAt: NOON };
    await commit(3, [record(0, voidOf('v', 't')), { kind: 'setAside', at, bytes: new Uint8Array([1]), reason: 'UNREADABLE', detail: 'cut off' }]);
    released = { name: 'stock.received', id: 't', data: lines(5) };
    await commit(3, [record(2, decision('d', 1))]);
    expect(await rows(`SELECT hash, "offset", state FROM event_key WHERE partition = $1 AND id = 't'`, 3)).toEqual([{ hash: 't', offset: 2, state: 'VOIDED' }]);
    expect(await commit(3, [record(3, released)])).toMatchObject({ repeats: 1, quarantined: 0 });
    expect(await sellable(3)).toEqual([]);
  });

  it('a decision that let a record through cannot be voided, the record can, once', async () => {
    released = { name: 'stock.received', id: 't', data: lines(5) };
    await commit(4, [record(0, { ...released, occurredAt: NOON + 200_000_000 })]);
    await commit(4, [record(1, decision('d', 0))]);
    expect(await sellable(4)).toEqual([5]);
    const done = await commit(4, [record(2, voidOf('v-1', 'd', 'quayside:gateway'))]);
    expect(done.folded.records[0]?.result).toMatchObject({ kind: 'setAside', reason: 'VOID_NOT_ALLOWED' });
    await commit(4, [record(3, voidOf('v-2', 't'))]);
    expect(await sellable(4)).toEqual([0]);
  });

  it('a void waits for its target beside what waits in quarantine, in one batch as in two', async () => {
    const log = [record(0, { name: 'stock.received', id: 't', occurredAt: NOON + 200_000_000, data: lines(5) }), record(1, voidOf('v', 't'))];
    await commit(5, log);
    for (const each of log) await commit(6, [each]);
    const outcomes = async (partition: number) => rows('SELECT outcome FROM event WHERE partition = $1', partition);
    expect(await outcomes(5)).toEqual(await outcomes(6));
    released = { name: 'stock.received', id: 't', data: lines(5) };
    await commit(5, [record(2, decision('d', 0))]);
    expect(await sellable(5)).toEqual([]);
    expect(await rows(`SELECT state FROM event_key WHERE partition = $1 AND id = 't'`, 5)).toEqual([{ state: 'VOIDED' }]);
  });

  it('what the largest event asks for is committed: a count of 5,000 items, and goods for 1,000 that wait', async () => {
    const items = (count: number) => Array.from({ length: count }, (_unused, index) => `S-${index}`);
    await commit(7, [record(0, { name: 'stock.counted', id: 'c', data: { lines: items(5_000).map((sku) => ({ sku, counted: 1 })) } })]);
    await commit(7, [record(1, { name: 'order.placed', id: 'o', data: { order: 'O', lines: items(1_000).map((sku) => ({ sku, quantity: 3 })) } })]);
    await commit(7, [record(2, { name: 'stock.received', id: 'r', data: { lines: items(1_000).map((sku) => ({ sku, quantity: 2 })) } })]);
    expect(await rows('SELECT reserved, backordered, stage FROM supply_order WHERE partition = $1', 7)).toEqual([
      { reserved: 3_000, backordered: 0, stage: 'RESERVED' },
    ]);
  }, 60_000);
});
