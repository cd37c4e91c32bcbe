import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { until } from '../harness/until.js';
import { Quayside, type Line } from './quayside.js';

const HERE = 'DC-1';
const THERE = 'FAR-9';
const P = partitionOf(HERE);

/** What an audit makes of every kind of record: written past the door, since it lets few of them in. */
describe('quayside audit, of a log with everything in it,', () => {
  let ground: Ground;
  let crew: Crew;
  let quayside: Quayside;
  let log: LogWriter;

  beforeAll(async () => {
    ground = await Ground.make('audit');
    crew = await Crew.start(ground, ['inventory']);
    quayside = new Quayside(ground, crew, ['inventory']);
    log = await LogWriter.open(ground);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const lines = [{ sku: 'A', quantity: 5 }];
  const row = async (what: string, sql: string): Promise<Record<string, unknown>> => {
    let found: Record<string, unknown> = {};
    await until(what, 15_000, async () => {
      found = (await ground.postgres.query<Record<string, unknown>>(sql)).rows[0] ?? {};
      return Object.keys(found).length > 0;
    });
    return found;
  };
  const offsetOf = async (id: string): Promise<number> =>
    Number((await row(`${id} is set aside`, `SELECT "offset" FROM quarantine WHERE id = '${id}'`))['offset']);
  const settle = (id: string): Promise<unknown> => row(`${id} is applied`, `SELECT 1 AS found FROM event_key WHERE id = '${id}' AND state = 'APPLIED'`);
  const differences = (found: readonly Line[]): unknown[] => found.filter(({ type }) => type === 'difference').map(({ text }) => text);

  it('accounts for repeats, conflicts, unreadable records, moves, releases and dismissals', async () => {
    await log.event('stock.received', { id: 'r-1', hash: 'one' }, { location: HERE, lines });
    await log.event('stock.received', { id: 'r-1', hash: 'one' }, { location: HERE, lines });
    await log.event('stock.received', { id: 'r-1', hash: 'other' }, { location: HERE, lines });
    await log.append(P, ['no JSON']);
    await log.event('stock.moved', { id: 'm-1' }, { location: HERE, to: THERE, lines: [{ sku: 'A', quantity: 2 }] });
    for (const id of ['late-1', 'late-2']) await log.event('stock.received', { id, occurredAt: Date.now() + 3 * 86_400_000 }, { location: HERE, lines });
    const decide = async (name: string, id: string, offset: number) =>
      log.append(P, [log.encode(name, { id, source: 'quayside:test' }, { offset, actor: 'tester', reason: 'looked at' })]);
    await decide('quarantine.released', 'd-1', await offsetOf('late-1'));
    await decide('quarantine.dismissed', 'd-2', await offsetOf('late-2'));
    await decide('quarantine.released', 'd-3', 0);
    await settle('d-3');
    await settle('late-1');
    await settle('/test|m-1|0');
    await until('Redis is at the fence', 10_000, async () => !(await quayside.run(['audit'])).lines.some(({ type }) => type === 'notice'));
    const audit = await quayside.run(['audit']);
    expect([audit.code, differences(audit.lines)]).toEqual([0, []]);
    expect(audit.lines.at(-1)).toMatchObject({ applied: 6, quarantined: 4, repeats: 1, levels: 2, ledgerRows: 4, liveLevels: 2 });
  }, 60_000);

  it('accounts for orders, reservations, counts and voids before and after what they take back', async () => {
    await log.event('reservation.requested', { id: 'q-1' }, { location: HERE, reservation: 'R-1', policy: 'PARTIAL', lines: [{ sku: 'A', quantity: 2 }] });
    await log.event(
      'order.placed',
      { id: 'o-1' },
      {
        location: HERE,
        order: 'SO-1',
        policy: 'BACKORDER',
        lines: [
          { sku: 'A', quantity: 4 },
          { sku: 'A', quantity: 90 },
        ],
      },
    );
    await log.event('stock.shipped', { id: 's-1' }, { location: HERE, order: 'SO-1', lines: [{ sku: 'A', quantity: 5 }] });
    await log.event('stock.counted', { id: 'n-1' }, { location: HERE, lines: [{ sku: 'A', counted: 6 }] });
    await log.event('event.voided', { id: 'v-1' }, { location: HERE, source: '/test', id: 's-1', reason: 'did_not_occur' });
    await log.event('event.voided', { id: 'v-2' }, { location: HERE, source: '/test', id: 's-2', reason: 'did_not_occur' });
    await log.event('stock.shipped', { id: 's-2' }, { location: HERE, lines: [{ sku: 'A', quantity: 1 }] });
    await log.event('event.voided', { id: 'v-3' }, { location: HERE, source: '/test', id: 'never', reason: 'did_not_occur' });
    await settle('v-3');
    const states = await ground.postgres.query<{ id: string; state: string }>(
      "SELECT id, state FROM event_key WHERE id IN ('s-1', 's-2', 'never') ORDER BY id",
    );
    expect(states.rows).toEqual([
      { id: 'never', state: 'TOMBSTONE' },
      { id: 's-1', state: 'VOIDED' },
      { id: 's-2', state: 'VOIDED' },
    ]);
    const audit = await quayside.run(['audit']);
    expect([audit.code, differences(audit.lines)]).toEqual([0, []]);
    expect(audit.lines.filter(({ kind }) => kind === 'VOID_UNMATCHED')).toEqual([]);
    await ground.postgres.query("UPDATE event SET recorded_at = recorded_at - 3600000 WHERE id = 'v-3'");
    const later = await quayside.run(['audit']);
    expect([later.code, later.lines.filter(({ kind }) => kind === 'VOID_UNMATCHED')]).toEqual([0, [expect.objectContaining({ source: '/test', id: 'never' })]]);
    await ground.postgres.query("UPDATE event SET recorded_at = recorded_at + 3600000 WHERE id = 'v-3'");
  }, 60_000);

  it('lists one id that took effect at two locations, which is no difference', async () => {
    for (const location of [HERE, THERE]) await log.event('stock.received', { id: 'pair' }, { location, lines });
    await until('both took effect', 10_000, async () => (await ground.postgres.query("SELECT 1 FROM event WHERE id = 'pair'")).rowCount === 2);
    const audit = await quayside.run(['audit']);
    expect([audit.code, differences(audit.lines)]).toEqual([0, []]);
    expect(audit.lines.find(({ kind }) => kind === 'ID_AT_TWO_PARTITIONS')).toMatchObject({
      source: '/test',
      id: 'pair',
      partitions: [P, partitionOf(THERE)].sort((a, b) => a - b),
    });
  }, 60_000);

  it.each([
    [
      'a record that is not accounted for',
      `UPDATE event_key SET repeats = repeats + 1 WHERE id = 'r-1'`,
      `UPDATE event_key SET repeats = repeats - 1 WHERE id = 'r-1'`,
      ['RECORDS_ACCOUNTED'],
    ],
    [
      'an applied event whose identity says otherwise',
      `UPDATE event_key SET state = 'QUARANTINED' WHERE id = 'm-1'`,
      `UPDATE event_key SET state = 'APPLIED' WHERE id = 'm-1'`,
      ['KEYS_WITHOUT_EVENT', 'EVENT_WITHOUT_KEY'],
    ],
    [
      'a count of changes that the outcome does not hold',
      `UPDATE event SET change_count = 2 WHERE id = 'm-1'`,
      `UPDATE event SET change_count = 1 WHERE id = 'm-1'`,
      ['OUTCOME_COUNT'],
    ],
    [
      'changes published beyond what is applied',
      `UPDATE fence SET changes_offset = next_offset + 1000 WHERE partition = ${P}`,
      `UPDATE fence SET changes_offset = next_offset WHERE partition = ${P}`,
      ['PUBLISHED_AHEAD'],
    ],
    [
      'an effect above the fence',
      `UPDATE fence SET next_offset = next_offset - 1 WHERE partition = ${P}`,
      `UPDATE fence SET next_offset = next_offset + 1 WHERE partition = ${P}`,
      ['RECORDS_ACCOUNTED', 'ABOVE_FENCE', 'PUBLISHED_AHEAD', 'PUBLISHED_AHEAD'],
    ],
    [
      'a hop that was sent and never arrived',
      `UPDATE event SET outcome = replace(outcome, '/test|m-1|0', '/test|m-1|9') WHERE id = 'm-1'`,
      `UPDATE event SET outcome = replace(outcome, '/test|m-1|9', '/test|m-1|0') WHERE id = 'm-1'`,
      ['HOP_LOST'],
    ],
    [
      'a ledger row too many',
      `INSERT INTO ledger SELECT partition, "offset", line + 50, location, 'STRAY', lot, bucket, kind, delta, on_hand_after, available_after, source, sequence, event_id, reason, document, occurred_at, received_at, recorded_at, late FROM ledger WHERE event_id = 'r-1'`,
      `DELETE FROM ledger WHERE sku = 'STRAY'`,
      ['LEDGER_WITHOUT_LEVEL'],
    ],
    [
      'a running balance that is off',
      `UPDATE ledger SET on_hand_after = on_hand_after + 1 WHERE event_id = 'pair' AND location = '${THERE}'`,
      `UPDATE ledger SET on_hand_after = on_hand_after - 1 WHERE event_id = 'pair' AND location = '${THERE}'`,
      ['ON_HAND_AFTER'],
    ],
    [
      'an order line whose promise does not add up (I2), and its order and level with it',
      `UPDATE order_line SET backordered = backordered + 1 WHERE order_number = 'SO-1' AND line = 2`,
      `UPDATE order_line SET backordered = backordered - 1 WHERE order_number = 'SO-1' AND line = 2`,
      ['ORDER_PROMISE', 'ORDER_LINE_SUM', 'ORDER_SUM', 'BACKORDERED_SUM'],
    ],
    [
      'a reservation that released what nobody held (I2)',
      `UPDATE reservation_line SET released = released + 1 WHERE reference = 'R-1'`,
      `UPDATE reservation_line SET released = released - 1 WHERE reference = 'R-1'`,
      ['RESERVATION_PROMISE'],
    ],
    [
      'a promise of what was not available (I4)',
      `UPDATE reservation_entry SET available_before = available_before - 1000 WHERE reference = 'R-1' AND kind = 'CONFIRMED'`,
      `UPDATE reservation_entry SET available_before = available_before + 1000 WHERE reference = 'R-1' AND kind = 'CONFIRMED'`,
      ['PROMISED_BEYOND_AVAILABLE'],
    ],
    [
      'a shipped quantity that an order line did not ask for (I6)',
      `UPDATE order_line SET shipped = shipped + 1000 WHERE order_number = 'SO-1' AND line = 1`,
      `UPDATE order_line SET shipped = shipped - 1000 WHERE order_number = 'SO-1' AND line = 1`,
      ['ORDER_LINE_SUM', 'ORDER_SUM'],
    ],
    [
      'a level that says another reserved than its promises (I2)',
      `UPDATE level SET reserved = reserved + 1 WHERE location = '${HERE}' AND sku = 'A'`,
      `UPDATE level SET reserved = reserved - 1 WHERE location = '${HERE}' AND sku = 'A'`,
      ['LIVE_LEVEL', 'RESERVED_SUM', 'RESERVED_ENTRIES'],
    ],
    [
      'an entry of a promise that is lost',
      `UPDATE reservation_entry SET location = 'LOST' WHERE reference = 'R-1'`,
      `UPDATE reservation_entry SET location = '${HERE}' WHERE reference = 'R-1'`,
      ['RESERVED_ENTRIES', 'RESERVED_ENTRIES'],
    ],
  ])(
    'finds %s',
    async (_case, plant, mend, kinds) => {
      await crew.member('inventory').end('SIGTERM');
      await ground.postgres.query(plant);
      const found = await quayside.run(['audit']);
      await ground.postgres.query(mend);
      expect([found.code, found.lines.filter(({ type }) => type === 'difference').map(({ kind }) => kind)]).toEqual([1, kinds]);
      expect((await quayside.run(['audit'])).code).toBe(0);
    },
    60_000,
  );

  it('finds no difference while events are being applied', async () => {
    await crew.member('inventory').start();
    let sent = 0;
    let stopped = false;
    const feeding = (async () => {
      for (; !stopped; sent += 50) {
        const events = Array.from({ length: 50 }, (_unused, index) =>
          log.encode('stock.received', { id: `live-${sent + index}` }, { location: HERE, lines: [{ sku: `L-${index % 7}`, quantity: 1 }] }),
        );
        await log.append(P, events);
      }
    })();
    for (let run = 0; run < 5; run++) {
      const audit = await quayside.run(['audit']);
      expect([audit.code, differences(audit.lines)]).toEqual([0, []]);
    }
    stopped = true;
    await feeding;
    expect(sent).toBeGreaterThan(500);
  }, 60_000);
});
