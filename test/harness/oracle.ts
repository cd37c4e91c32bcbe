import { partitionOf } from '@quayside/contracts';
import { openLiveLevels } from '@quayside/store';
import { ask } from './graphql.js';
import type { Member } from './crew.js';
import type { Ground } from './ground.js';

/** On-hand by `<location>/<sku>`: what a test computes in plain code and each store has to show. */
export type OnHand = Map<string, number>;

export async function onHandInPostgres(ground: Ground): Promise<OnHand> {
  const { rows } = await ground.postgres.query<{ key: string; on_hand: string }>(
    "SELECT location || '/' || sku AS key, sellable + inspection + hold + damaged AS on_hand FROM level",
  );
  return new Map(rows.map((row) => [row.key, Number(row.on_hand)]));
}

/** Sums of the ledger's rows, level by level. */
export async function onHandInLedger(ground: Ground): Promise<OnHand> {
  const { rows } = await ground.postgres.query<{ key: string; on_hand: string }>(
    "SELECT location || '/' || sku AS key, sum(delta) AS on_hand FROM ledger GROUP BY 1",
  );
  return new Map(rows.map((row) => [row.key, Number(row.on_hand)]));
}

export async function onHandInRedis(ground: Ground, keys: Iterable<string>): Promise<OnHand> {
  const live = openLiveLevels({ url: ground.stack.redis, prefix: ground.redisPrefix });
  try {
    const shown: OnHand = new Map();
    for (const key of keys) {
      const [location = '', sku = ''] = key.split('/');
      const { cursor, levels } = await live.read(partitionOf(location), [`${location}\t${sku}`]);
      const level = levels[0];
      if (cursor !== null && level !== null && level !== undefined) shown.set(key, level.sellable + level.inspection + level.hold + level.damaged);
    }
    return shown;
  } finally {
    await live.close();
  }
}

interface LevelsPage {
  stockLevels: { nodes: { onHand: number; item: { sku: string }; location: { code: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

/** Every level over GraphQL, page by page. */
export async function onHandInGraphql(gateway: Member, token: string): Promise<OnHand> {
  const shown: OnHand = new Map();
  let after: string | null = null;
  for (;;) {
    const reply: Awaited<ReturnType<typeof ask<LevelsPage>>> = await ask<LevelsPage>(gateway, token, {
      query:
        'query Levels($after: String) { stockLevels(orderBy: SKU_ASC, first: 250, after: $after) { nodes { onHand item { sku } location { code } } pageInfo { hasNextPage endCursor } } }',
      variables: { after },
    });
    if (reply.data === undefined || reply.errors) throw new Error(`GraphQL answered ${JSON.stringify(reply.errors)}`);
    for (const { onHand, item, location } of reply.data.stockLevels.nodes) shown.set(`${location.code}/${item.sku}`, onHand);
    const { hasNextPage, endCursor } = reply.data.stockLevels.pageInfo;
    if (!hasNextPage) return shown;
    after = endCursor;
  }
}

/** Keys whose numbers differ, with both; empty when the two agree. */
export function differences(expected: OnHand, shown: OnHand): string[] {
  const keys = new Set([...expected.keys(), ...shown.keys()]);
  return [...keys].filter((key) => expected.get(key) !== shown.get(key)).map((key) => `${key}: ${expected.get(key)} expected, ${shown.get(key)} shown`);
}
