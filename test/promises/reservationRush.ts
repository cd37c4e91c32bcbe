import { partitionOf, PARTITION_COUNT } from '@quayside/contracts';
import { openLiveLevels } from '@quayside/store';
import type { Crew, ServiceName } from '../harness/crew.js';
import { ask } from '../harness/graphql.js';
import type { Ground } from '../harness/ground.js';
import { cloudEvent, type Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';

/** Many ask at once for a few: what is there may be promised once and not once more. */
const RUSH_SKU = 'RUSH-1';
export const UNITS = 100;
export const OWNERS: readonly ServiceName[] = ['inventory', 'inventory-2', 'inventory-3'];

const BATCH_EVENTS = 500;
const POSTERS = 6;

/** A location for each partition. */
export function oneLocationEach(): string[] {
  const byPartition = new Map<number, string>();
  for (let number = 1; byPartition.size < PARTITION_COUNT; number++) {
    const location = `RUSH-${number}`;
    if (!byPartition.has(partitionOf(location))) byPartition.set(partitionOf(location), location);
  }
  return [...byPartition.values()];
}

/** Stock first; it is in the log before anybody asks. */
export async function bringStock(sender: Sender, locations: readonly string[]): Promise<void> {
  await sender.postUntilAccepted(
    locations.map((location) =>
      cloudEvent({ id: `stock/${location}`, source: '/rush', type: 'stock.received', data: { location, lines: [{ sku: RUSH_SKU, quantity: UNITS }] } }),
    ),
  );
}

/** Every location is asked by every poster at the same time. Returns how many requests it took until all were acknowledged. */
export async function askAtOnce(sender: Sender, { locations, perLocation }: { locations: readonly string[]; perLocation: number }): Promise<number> {
  const total = locations.length * perLocation;
  let [next, requests] = [0, 0];
  const post = async (): Promise<void> => {
    while (next < total) {
      const from = next;
      next = Math.min(total, from + BATCH_EVENTS);
      const events = Array.from({ length: next - from }, (_unused, index) => requestOf(locations, from + index));
      const attempts = await sender.postUntilAccepted(events, 120_000);
      requests += attempts;
    }
  };
  await Promise.all(Array.from({ length: POSTERS }, post));
  return requests;
}

function requestOf(locations: readonly string[], number: number): Record<string, unknown> {
  const location = locations[number % locations.length] ?? '';
  const data = { location, reservation: `R-${number}`, policy: 'ALL_OR_NOTHING', lines: [{ line: 1, sku: RUSH_SKU, quantity: 1 }] };
  return cloudEvent({ id: `ask/${number}`, source: '/rush', type: 'reservation.requested', data });
}

export interface Killing {
  /** As far as kills are worth something: all requests are decided. */
  readonly isOver: () => Promise<boolean>;
  readonly kills: number;
  readonly pauseMs: number;
}

/**
 * Kills the owners in turn, each as it works, and starts it again without waiting for it: the next one is killed while its
 * partitions are still handed over. Returns how many kills hit while requests were undecided.
 */
export async function killOwners(crew: Crew, { isOver, kills, pauseMs }: Killing): Promise<number> {
  const starting = new Map<ServiceName, Promise<void>>();
  let underWay = 0;
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const name = OWNERS[kill % OWNERS.length] ?? 'inventory';
    const victim = crew.member(name);
    await starting.get(name);
    if (!(await isOver())) underWay++;
    await victim.end('SIGKILL');
    starting.set(name, victim.start());
  }
  await Promise.all(starting.values());
  return underWay;
}

/** How many requests are decided. */
export async function decidedCount(ground: Ground): Promise<number> {
  const { rows } = await ground.postgres.query<{ count: string }>("SELECT count(*) FROM event_key WHERE state = 'APPLIED' AND id LIKE 'ask/%'");
  return Number(rows[0]?.count);
}

/** What was decided at a location, as the rows say it. */
export interface Decided {
  readonly location: string;
  readonly requests: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly reserved: number;
  readonly sellable: number;
  /** availableBefore of what was confirmed, sorted. */
  readonly before: readonly number[];
}

export async function decidedByLocation(ground: Ground): Promise<Decided[]> {
  const { rows } = await ground.postgres.query<
    { location: string } & Record<'requests' | 'confirmed' | 'rejected' | 'reserved' | 'sellable', string> & { before: string[] }
  >(
    `SELECT line.location, count(*) AS requests, sum(line.confirmed) AS confirmed, sum(line.rejected) AS rejected, min(level.reserved) AS reserved, min(level.sellable) AS sellable,
       (SELECT array_agg(available_before ORDER BY available_before) FROM reservation_entry AS entry WHERE entry.location = line.location AND entry.kind = 'CONFIRMED') AS before
     FROM reservation_line AS line JOIN level USING (location, sku) GROUP BY line.location`,
  );
  return rows.map(({ location, before, ...numbers }) => ({
    location,
    requests: Number(numbers.requests),
    confirmed: Number(numbers.confirmed),
    rejected: Number(numbers.rejected),
    reserved: Number(numbers.reserved),
    sellable: Number(numbers.sellable),
    before: before.map(Number),
  }));
}

/** Lines whose sums do not add up (identity I2). */
export async function brokenLines(ground: Ground): Promise<number> {
  const { rows } = await ground.postgres.query<{ count: string }>(
    `SELECT count(*) FROM reservation_line WHERE requested <> confirmed + backordered + rejected + withdrawn
       OR confirmed <> active + consumed + released + expired OR least(backordered, rejected, withdrawn, active, consumed, released, expired) < 0`,
  );
  return Number(rows[0]?.count);
}

/** `reserved` of each location in Redis, once the live levels show the whole log; null where they do not. */
export async function reservedInRedis(ground: Ground, locations: readonly string[]): Promise<(number | null)[]> {
  const live = openLiveLevels({ url: ground.stack.redis, prefix: ground.redisPrefix });
  try {
    return await Promise.all(
      locations.map(async (location) => {
        const { cursor, levels } = await live.read(partitionOf(location), [`${location}\t${RUSH_SKU}`]);
        return cursor === null ? null : (levels[0]?.reserved ?? null);
      }),
    );
  } finally {
    await live.close();
  }
}

export async function reservedInGraphql(crew: Crew, token: string): Promise<Map<string, { reserved: number; available: number }>> {
  const reply = await ask<{ stockLevels: { nodes: { reserved: number; available: number; location: { code: string } }[] } }>(crew.member('gateway'), token, {
    query: 'query Rush($sku: String!) { stockLevels(filter: { skus: [$sku] }, first: 100) { nodes { reserved available location { code } } } }',
    variables: { sku: RUSH_SKU },
  });
  if (reply.data === undefined) throw new Error(`GraphQL answered ${JSON.stringify(reply.errors)}`);
  return new Map(reply.data.stockLevels.nodes.map(({ location, reserved, available }) => [location.code, { reserved, available }]));
}

export async function untilDecided(ground: Ground, count: number): Promise<void> {
  await until('every request is decided', 120_000, async () => (await decidedCount(ground)) === count);
}
