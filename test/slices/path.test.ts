import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { ask, follow, openSocket } from '../harness/graphql.js';
import { Ground } from '../harness/ground.js';
import { cloudEvent, Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';

interface LevelBatch {
  stockLevelChanges: {
    kind: string;
    cursor: string;
    complete: boolean;
    removedIds: string[];
    levels: { version: number; onHand: number; available: number; reorderPoint: number | null; item: { sku: string }; location: { code: string } }[];
  };
}
interface AlertBatch {
  alertChanges: { kind: string; cursor: string; alerts: { kind: string; status: string; explanation: string; version: number }[] };
}

const LEVELS = '{ kind cursor complete removedIds levels { version onHand available reorderPoint item { sku } location { code } } }';
const ALERTS = '{ kind cursor alerts { kind status explanation version } }';
const SET_POLICY =
  'mutation Set($input: SetStockPolicyInput!) { setStockPolicy(input: $input) { level { reorderPoint version } streamCursor userErrors { code field message } } }';

describe('an event posted to ingest', () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;

  beforeAll(async () => {
    ground = await Ground.make('path');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'alerting', 'gateway'], { alerting: { ALLOWED_LATENESS_MS: '0' } });
    sender = new Sender(crew.member('ingest'), ground);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const receive = (id: string, sku: string, quantity: number) =>
    sender.post(cloudEvent({ id, type: 'stock.received', data: { location: 'DC-1', lines: [{ sku, quantity }] } }));
  const ship = (id: string, sku: string, quantity: number) =>
    sender.post(cloudEvent({ id, type: 'stock.shipped', data: { location: 'DC-1', order: 'SO-1', lines: [{ sku, quantity }] } }));
  const levelOf = async (sku: string, token = ground.tokens.reader) =>
    (
      await ask<{ stockLevel: { onHand: number; version: number } | null }>(crew.member('gateway'), token, {
        query: 'query One($sku: String!) { stockLevel(item: { sku: $sku }, location: { code: "DC-1" }) { onHand version } }',
        variables: { sku },
      })
    ).data?.stockLevel;

  it('reaches queries, the ledger and an open subscription, with versions and no reload', async () => {
    const client = openSocket(crew.member('gateway'), ground.tokens.reader);
    const feed = follow<LevelBatch>(client, { query: `subscription { stockLevelChanges(filter: { skus: ["P-1"] }, options: { coalesceMs: 0 }) ${LEVELS} }` });
    await until('the snapshot is there', 5_000, async () => feed.seen.length > 0);
    expect(feed.seen[0]?.stockLevelChanges).toMatchObject({ kind: 'SNAPSHOT', levels: [] });
    expect((await receive('p-1', 'P-1', 10)).status).toBe(202);
    expect((await ship('p-2', 'P-1', 4)).status).toBe(202);
    await until('both changes came', 5_000, async () => feed.seen.at(-1)?.stockLevelChanges.levels[0]?.version === 2);
    expect(feed.seen.slice(1).every((batch) => batch.stockLevelChanges.kind === 'DELTA')).toBe(true);
    expect(feed.seen.at(-1)?.stockLevelChanges.levels[0]).toMatchObject({ onHand: 6, available: 6, item: { sku: 'P-1' }, location: { code: 'DC-1' } });
    expect(await levelOf('P-1')).toEqual({ onHand: 6, version: 2 });
    const ledger = await ask<{ ledger: { nodes: { kind: string; delta: number; onHandAfter: number; document: string | null }[] } }>(
      crew.member('gateway'),
      ground.tokens.reader,
      {
        query: '{ ledger(filter: { skus: ["P-1"] }) { nodes { kind delta onHandAfter document } } }',
      },
    );
    expect(ledger.data?.ledger.nodes).toEqual([
      { kind: 'SHIPPED', delta: -4, onHandAfter: 6, document: 'SO-1' },
      { kind: 'RECEIVED', delta: 10, onHandAfter: 10, document: null },
    ]);
    feed.stop();
    await client.dispose();
    expect(feed.failures).toEqual([]);
  }, 30_000);

  it('shows both ends of a move in the ledger', async () => {
    await receive('v-1', 'V-1', 5);
    expect(
      (await sender.post(cloudEvent({ id: 'v-2', type: 'stock.moved', data: { location: 'DC-1', to: 'DC-2', lines: [{ sku: 'V-1', quantity: 2 }] } }))).status,
    ).toBe(202);
    const ledger = async () =>
      (
        await ask<{ ledger: { nodes: { kind: string; delta: number; location: { code: string }; event: { eventId: string } }[] } }>(
          crew.member('gateway'),
          ground.tokens.reader,
          {
            query: '{ ledger(filter: { skus: ["V-1"], kinds: [MOVED] }) { nodes { kind delta location { code } event { eventId } } } }',
          },
        )
      ).data?.ledger.nodes ?? [];
    await until('both ends are there', 10_000, async () => (await ledger()).length === 2);
    expect(new Set((await ledger()).map(({ delta, location, event }) => `${location.code} ${delta} ${event.eventId}`))).toEqual(
      new Set(['DC-1 -2 v-2', 'DC-2 2 v-2']),
    );
  }, 30_000);

  it('goes on after a cut from the cursor of the last batch, without a gap', async () => {
    const first = openSocket(crew.member('gateway'), ground.tokens.reader);
    const before = follow<LevelBatch>(first, { query: `subscription { stockLevelChanges(filter: { skus: ["P-2"] }) ${LEVELS} }` });
    await receive('c-1', 'P-2', 1);
    await until('the level is seen', 5_000, async () => before.seen.at(-1)?.stockLevelChanges.levels[0]?.version === 1);
    const cursor = before.seen.at(-1)?.stockLevelChanges.cursor;
    await first.dispose();
    await receive('c-2', 'P-2', 1);
    await until('the level moved on', 5_000, async () => (await levelOf('P-2'))?.version === 2);
    const second = openSocket(crew.member('gateway'), ground.tokens.reader);
    const after = follow<LevelBatch>(second, {
      query: `subscription Go($after: Cursor) { stockLevelChanges(filter: { skus: ["P-2"] }, after: $after) ${LEVELS} }`,
      variables: { after: cursor },
    });
    await until('what was missed came', 5_000, async () => after.seen.length > 0);
    expect(after.seen[0]?.stockLevelChanges).toMatchObject({ kind: 'DELTA', levels: [{ version: 2, onHand: 2 }] });
    await second.dispose();
  }, 30_000);

  it('opens LOW_STOCK below the reorder point that was set through GraphQL, and resolves it by itself', async () => {
    await receive('a-1', 'A-1', 50);
    await until('the level is there', 5_000, async () => (await levelOf('A-1'))?.onHand === 50);
    const input = { item: { sku: 'A-1' }, location: { code: 'DC-1' }, reorderPoint: 40 };
    const set = await ask<{ setStockPolicy: { level: object | null; streamCursor: string | null; userErrors: object[] } }>(
      crew.member('gateway'),
      ground.tokens.operator,
      { query: SET_POLICY, variables: { input } },
    );
    expect(set.data?.setStockPolicy).toMatchObject({ level: { reorderPoint: 40, version: 2 }, userErrors: [] });
    const client = openSocket(crew.member('gateway'), ground.tokens.reader);
    const feed = follow<AlertBatch>(client, { query: `subscription { alertChanges(filter: { kinds: [LOW_STOCK], statuses: [OPEN, RESOLVED] }) ${ALERTS} }` });
    await until('the snapshot is there', 5_000, async () => feed.seen.length > 0);
    await ship('a-2', 'A-1', 13);
    const seen = () => feed.seen.flatMap((batch) => batch.alertChanges.alerts);
    await until('the alert is open', 5_000, async () => seen().some((alert) => alert.status === 'OPEN'));
    expect(seen()[0]?.explanation).toContain('A-1 low at DC-1: 37 left, reorder at 40.');
    await receive('a-3', 'A-1', 3);
    await receive('a-4', 'A-1', 4);
    await until('it is resolved', 5_000, async () => seen().at(-1)?.status === 'RESOLVED');
    await client.dispose();
    const { rows } = await ground.postgres.query<{ episodes: string }>("SELECT count(*) AS episodes FROM alert_episode WHERE sku = 'A-1'");
    expect(Number(rows[0]?.episodes)).toBe(1);
  }, 30_000);

  it('opens NEGATIVE_ON_HAND when more is shipped than was there, and closes it when it is back', async () => {
    const openAlerts = async () =>
      (
        await ask<{ alerts: { nodes: { kind: string; status: string }[] } }>(crew.member('gateway'), ground.tokens.reader, {
          query: '{ alerts(filter: { kinds: [NEGATIVE_ON_HAND] }) { nodes { kind status } } }',
        })
      ).data?.alerts.nodes ?? [];
    await ship('n-1', 'N-1', 2);
    await until('the alert is open', 5_000, async () => (await openAlerts()).length === 1);
    await receive('n-2', 'N-1', 5);
    await until('the alert is gone', 5_000, async () => (await openAlerts()).length === 0);
  }, 30_000);

  it('is answered by what a token may do: nothing without one, no policy with a reader’s', async () => {
    expect((await ask(crew.member('gateway'), 'nonsense', { query: '{ health { state } }' })).status).toBe(401);
    const input = { item: { sku: 'A-1' }, location: { code: 'DC-1' }, reorderPoint: 1 };
    const refused = await ask(crew.member('gateway'), ground.tokens.reader, { query: SET_POLICY, variables: { input } });
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is refused without a key, and answered 503 when the broker is away', async () => {
    const event = cloudEvent({ id: 'k-1', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'K', quantity: 1 }] } });
    const refused = await sender.post(event, { authorization: 'Bearer qs_wrong' });
    expect([refused.status, refused.headers.get('www-authenticate') !== null]).toEqual([401, true]);
    const broker = ground.stack.parts.kafka;
    if (broker === undefined) return;
    await broker.kill();
    const startedAt = Date.now();
    const away = await sender.post(event);
    expect([away.status, away.headers.get('retry-after') !== null]).toEqual([503, true]);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    await broker.start();
    expect(await sender.postUntilAccepted([event])).toBeGreaterThan(0);
    await until('it is applied once the broker is back', 30_000, async () => {
      const { rows } = await ground.postgres.query<{ count: string }>("SELECT count(*) FROM ledger WHERE sku = 'K'");
      return rows[0]?.count === '1';
    });
  }, 90_000);
});
