import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEnvelope, levelKey } from '@quayside/contracts';
import { MemoryState, nameKey, type FreshRecord } from '@quayside/stock';
import { commitBatch, levelFromRow, openDatabase, readFence, type Batch, type BatchRecord, type Database, type LevelRow } from '@quayside/store';
import { Ground } from '../harness/ground.js';
import { Chance } from '../properties/chance.js';
import { randomHistory } from '../properties/history.js';
import { recordOf } from '../properties/historyRecord.js';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
/** One history a partition: their rows do not meet. */
const PARTITIONS = 24;

/** The twin of the tables folds like the batch runner on Postgres: what the property tests prove of the one holds of the other. */
describe('random histories in Postgres and in memory', () => {
  let ground: Ground;
  let database: Database;
  beforeAll(async () => {
    ground = await Ground.make('fold');
    database = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await ground.close();
  });

  it('come to the same rows, levels, orders and reservations, however the log is cut', async () => {
    let records = 0;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const seed = SEED + partition;
      const history = randomHistory(seed, { profile: 'everything', count: 120 }).map((draft) => recordOf(draft) as FreshRecord);
      const log = renumbered(history);
      records += log.length;
      const memory = new MemoryState();
      memory.take(log);
      await commitAll(database, partition, { log: log, chance: new Chance(seed) });
      expect({ seed, ...(await stored(database, partition)) }).toEqual({ seed, ...remembered(memory) });
    }
    console.log(`histories=${PARTITIONS} records=${records} differences=0 SEED=${SEED}`);
    expect(records).toBeGreaterThan(PARTITIONS);
  }, 120_000);
});

/** Offsets without gaps, as a batch has them; those that records name (an expiry's) too. */
function renumbered(history: readonly FreshRecord[]): FreshRecord[] {
  const offsets = new Map(history.map(({ at }, index) => [at.offset, index]));
  return history.map((record, offset) => {
    const at = { ...record.at, offset };
    const { event } = record;
    return event.name === 'reservation.expired'
      ? { ...record, at, event: { ...event, expiryOffset: offsets.get(event.expiryOffset) ?? -1 } }
      : { ...record, at };
  });
}

async function commitAll(database: Database, partition: number, { log, chance }: { log: readonly FreshRecord[]; chance: Chance }): Promise<void> {
  await readFence(database.pool, partition);
  for (let from = 0; from < log.length;) {
    const part = log.slice(from, from + chance.between(1, 20));
    const records = part.map((record): BatchRecord => ({
      kind: 'event',
      at: record.at,
      bytes: new TextEncoder().encode(encodeEnvelope(record.envelope)),
      content: record,
    }));
    const batch: Batch = { partition, from, to: from + part.length, records, appliedAt: 0 };
    const committed = await commitBatch(database.pool, batch, {
      resolveRelease: () => ({ kind: 'noEffect', why: 'Nothing is released here' }),
      cached: new Map(),
    });
    if (committed.kind !== 'committed') throw new Error(`Refused at ${from}`);
    from += part.length;
  }
  expect((await readFence(database.pool, partition)).nextOffset).toBe(log.length);
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
type Shown = Readonly<Record<string, unknown>>;

function remembered(memory: MemoryState): Shown {
  return {
    rows: memory.rows.map(({ offset, line, kind, sku, lot, bucket, delta, occurredAt, source, eventId, onHandAfter, by }) =>
      [offset, line, kind, sku, lot, bucket, delta, occurredAt, source, eventId, onHandAfter, by?.source ?? null, by?.id ?? null].join(' '),
    ),
    levels: [...memory.levels.values()].map((level) => [levelKey(level.location, level.sku), level] as const).sort(byKey),
    lines: [...memory.orders.values()]
      .flatMap((order) =>
        order.lines.map((line) =>
          [
            nameKey(order.location, order.number),
            order.stage,
            line.line,
            line.sku,
            line.ordered,
            line.shipped,
            line.active,
            line.backordered,
            line.cancelled,
          ].join(' '),
        ),
      )
      .sort(),
    reserved: [...memory.reservations.values()]
      .flatMap((each) =>
        each.lines.map((line) => [nameKey(each.location, each.reference), each.version, line.line, line.active, line.backordered, line.consumed].join(' ')),
      )
      .sort(),
    entries: memory.entries.map(({ offset, index, sku, kind, delta, availableBefore }) => [offset, index, sku, kind, delta, availableBefore].join(' ')),
  };
}

async function stored({ pool }: Database, partition: number): Promise<Shown> {
  const read = async (text: string): Promise<string[]> =>
    (await pool.query<unknown[]>({ text, values: [partition], rowMode: 'array' })).rows.map((row) => row.join(' '));
  const levels = await pool.query<LevelRow>('SELECT * FROM level WHERE partition = $1', [partition]);
  return {
    rows: await read(
      'SELECT "offset", line, kind, sku, lot, bucket, delta, occurred_at, source, event_id, on_hand_after, by_source, by_id FROM ledger WHERE partition = $1 ORDER BY "offset", line',
    ),
    levels: levels.rows.map((row) => [levelKey(row.location, row.sku), levelFromRow(row)] as const).sort(byKey),
    lines: (
      await read(
        `SELECT l.location || E'\\t' || l.order_number, o.stage, l.line, l.sku, l.ordered, l.shipped, l.active, l.backordered, l.cancelled
         FROM order_line l JOIN supply_order o ON (o.partition, o.location, o.number) = (l.partition, l.location, l.order_number) WHERE l.partition = $1`,
      )
    ).sort(),
    reserved: (
      await read(
        `SELECT l.location || E'\\t' || l.reference, r.version, l.line, l.active, l.backordered, l.consumed
         FROM reservation_line l JOIN reservation r USING (partition, location, reference) WHERE l.partition = $1`,
      )
    ).sort(),
    entries: await read('SELECT "offset", index, sku, kind, delta, available_before FROM reservation_entry WHERE partition = $1 ORDER BY "offset", index'),
  };
}
