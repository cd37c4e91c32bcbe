import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AT_RISK_MAX } from '@quayside/contracts';
import { openDatabase, readAtRisk, type Database } from '@quayside/store';
import { Ground } from '../harness/ground.js';

const PARTITION = 5;

describe('promises at risk', () => {
  let ground: Ground;
  let database: Database;

  beforeAll(async () => {
    ground = await Ground.make('atrisk');
    database = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
    await order('SO-late', { place: 3, promisedShipBy: 2_000, lines: [['A', 4]] });
    await order('SO-early', {
      place: 9,
      promisedShipBy: 1_000,
      lines: [
        ['A', 1],
        ['B', 7],
        ['A', 2],
      ],
    });
    await order('SO-undated', { place: 1, promisedShipBy: null, lines: [['A', 3]] });
    await order('SO-shipped', { place: 0, promisedShipBy: 1, lines: [['A', 0]] });
    await reservation('R-1', { place: 2, order: null, active: 5 });
    await reservation('R-2', { place: 4, order: 'SO-to-come', active: 6 });
    for (let index = 0; index <= AT_RISK_MAX; index++) await order(`SO-many-${index}`, { place: 100 + index, promisedShipBy: null, lines: [['C', 1]] });
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await ground?.close();
  }, 60_000);

  async function order(
    number: string,
    { place, promisedShipBy, lines }: { place: number; promisedShipBy: number | null; lines: [string, number][] },
  ): Promise<void> {
    await ground.postgres.query(
      `INSERT INTO supply_order (partition, location, number, priority, policy, placed_at, place, promised_ship_by, is_held, stage, line_count, ordered, cancelled, rejected,
         backordered, reserved, shipped, overshipped, returned, open, version, updated_at)
       VALUES ($1, 'DC-1', $2, 0, 'BACKORDER', 1, $3, $4, false, 'RESERVED', 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1)`,
      [PARTITION, number, place, promisedShipBy],
    );
    for (const [index, [sku, active]] of lines.entries()) {
      await ground.postgres.query(
        `INSERT INTO order_line (partition, location, order_number, line, sku, ordered, cancelled, shipped, overshipped, returned, requested, confirmed, backordered, rejected,
           withdrawn, active, consumed, released, expired) VALUES ($1, 'DC-1', $2, $3, $4, 9, 0, 0, 0, 0, 9, 9, 0, 0, 0, $5, 0, 0, 0)`,
        [PARTITION, number, index + 1, sku, active],
      );
    }
  }
  async function reservation(reference: string, { place, order: number, active }: { place: number; order: string | null; active: number }): Promise<void> {
    await ground.postgres.query(
      `INSERT INTO reservation (partition, location, reference, source, order_number, policy, place, active, decided_at, version, updated_at)
       VALUES ($1, 'DC-1', $2, '/shop', $3, 'PARTIAL', $4, $5, 1, 1, 1)`,
      [PARTITION, reference, number, place, active],
    );
    await ground.postgres.query(
      `INSERT INTO reservation_line (partition, location, reference, line, sku, requested, confirmed, backordered, rejected, withdrawn, active, consumed, released, expired)
       VALUES ($1, 'DC-1', $2, 1, 'A', 9, 9, 0, 0, 0, $3, 0, 0, 0)`,
      [PARTITION, reference, active],
    );
  }
  const at = (sku: string) => ({ location: 'DC-1', sku });

  it('are orders and reservations that hold the goods, first promised first, then by their place in the log and their line', async () => {
    const found = await readAtRisk(database.pool, { partition: PARTITION, levels: [at('A'), at('B'), at('none')] });
    const shown = (key: string): string[] =>
      (found.get(key) ?? []).map(({ order: number, reservation: reference, line, quantity, promisedShipBy }) =>
        [number ?? '-', reference ?? '-', line, quantity, promisedShipBy].join(' '),
      );
    expect(shown('DC-1\tA')).toEqual([
      'SO-early - 1 1 1000',
      'SO-early - 3 2 1000',
      'SO-late - 1 4 2000',
      'SO-undated - 1 3 ',
      '- R-1 1 5 ',
      'SO-to-come R-2 1 6 ',
    ]);
    expect(shown('DC-1\tB')).toEqual(['SO-early - 2 7 1000']);
    expect(found.has('DC-1\tnone')).toBe(false);
  });

  it(`are at most ${AT_RISK_MAX} a level, and none of another partition`, async () => {
    expect((await readAtRisk(database.pool, { partition: PARTITION, levels: [at('C')] })).get('DC-1\tC')).toHaveLength(AT_RISK_MAX);
    expect(await readAtRisk(database.pool, { partition: PARTITION + 1, levels: [at('A')] })).toEqual(new Map());
  });
});
