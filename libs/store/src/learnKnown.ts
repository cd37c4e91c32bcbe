import { levelKey, splitLevelKey, type Bucket } from '@quayside/contracts';
import { ledgerKey, type Known, type KnownCount, type Wanted } from '@quayside/stock';
import type pg from 'pg';
import { learnOrders, learnReservations, learnWaiting } from './learnPromises.js';
import { learnTargets } from './learnTargets.js';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';

/** Reads what a fold has missed, as it stands at the fence: nothing of the batch is written yet. */
export async function learnKnown(client: pg.PoolClient, partition: number, { wanted, known }: { wanted: Wanted; known: Known }): Promise<void> {
  if (wanted.levels.size > 0) await learnLevels(client, partition, { wanted, known });
  if (wanted.counts.size > 0) await learnCounts(client, partition, { wanted, known });
  if (wanted.sums.size > 0) await learnSums(client, partition, { wanted, known });
  if (wanted.lots.size > 0) await learnLots(client, partition, { wanted, known });
  if (wanted.targets.size > 0) await learnTargets(client, partition, { wanted, known });
  if (wanted.orders.size > 0) await learnOrders(client, partition, { wanted, known });
  if (wanted.reservations.size > 0) await learnReservations(client, partition, { wanted, known });
  if (wanted.waiting.size > 0) await learnWaiting(client, partition, { wanted, known });
}

interface Learning {
  readonly wanted: Wanted;
  readonly known: Known;
}

async function learnLevels(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  const keys = [...wanted.levels].map(splitLevelKey);
  const { rows } = await client.query<LevelRow>({
    name: 'learn-levels',
    text: `SELECT ${LEVEL_COLUMNS} FROM level JOIN unnest($2::text[], $3::text[]) AS given (location, sku) USING (location, sku) WHERE partition = $1`,
    values: [partition, keys.map(({ location }) => location), keys.map(({ sku }) => sku)],
  });
  for (const key of wanted.levels) known.levels.set(key, null);
  for (const row of rows) known.levels.set(levelKey(row.location, row.sku), levelFromRow(row));
}

interface CountRow {
  location: string;
  sku: string;
  bucket: Bucket;
  lot: string | null;
  occurred_at: number;
  source: string;
  sequence: number;
  event_id: string;
}

async function learnCounts(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  const keys = [...wanted.counts].map(([key, from]) => ({ ...splitLevelKey(key), from }));
  const { rows } = await client.query<CountRow>({
    name: 'learn-counts',
    text: `SELECT c.location, c.sku, c.bucket, c.lot, c.occurred_at, c.source, c.sequence, c.event_id
           FROM unnest($2::text[], $3::text[], $4::bigint[]) AS given (location, sku, earliest)
           JOIN stock_count c ON c.partition = $1 AND c.location = given.location AND c.sku = given.sku AND c.occurred_at >= given.earliest AND NOT c.voided`,
    values: [partition, keys.map(({ location }) => location), keys.map(({ sku }) => sku), keys.map(({ from }) => from)],
  });
  const counts = new Map(keys.map(({ location, sku }) => [levelKey(location, sku), [] as CountRow[]]));
  for (const row of rows) counts.get(levelKey(row.location, row.sku))?.push(row);
  for (const [key, from] of wanted.counts) {
    const byKey = new Map<string, KnownCount[]>();
    for (const { occurred_at: occurredAt, event_id: id, ...same } of counts.get(key) ?? []) {
      const found = byKey.get(ledgerKey(same));
      if (found === undefined) byKey.set(ledgerKey(same), [{ ...same, occurredAt, id }]);
      else found.push({ ...same, occurredAt, id });
    }
    known.counts.set(key, { from, counts: byKey });
  }
}

async function learnSums(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  const asked = [...wanted.sums].map(([name, { key, before }]) => ({ name, key, before }));
  const { rows } = await client.query<{ place: number; sum: number }>({
    name: 'learn-sums',
    // Texts compare by code point here and in the fold (factPlace.ts).
    text: `SELECT place::int4, sums.sum FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[], $9::text[])
             WITH ORDINALITY AS given (location, sku, bucket, lot, occurred_at, source, sequence, id, place)
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(l.delta), 0)::bigint AS sum FROM ledger l
             WHERE l.partition = $1 AND l.location = given.location AND l.sku = given.sku AND l.bucket = given.bucket AND l.lot IS NOT DISTINCT FROM given.lot
               AND l.occurred_at <= given.occurred_at
               AND (l.occurred_at < given.occurred_at OR (l.source COLLATE "C", l.sequence, l.event_id COLLATE "C") < (given.source, given.sequence, given.id))) AS sums`,
    values: [
      partition,
      asked.map(({ key }) => key.location),
      asked.map(({ key }) => key.sku),
      asked.map(({ key }) => key.bucket),
      asked.map(({ key }) => key.lot),
      asked.map(({ before }) => before.occurredAt),
      asked.map(({ before }) => before.source),
      asked.map(({ before }) => before.sequence),
      asked.map(({ before }) => before.id),
    ],
  });
  for (const { place, sum } of rows) {
    const name = asked[place - 1]?.name;
    if (name !== undefined) known.sums.set(name, sum);
  }
}

async function learnLots(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  const asked = [...wanted.lots].map((name) => [name, ...name.split('\t')] as const);
  const { rows } = await client.query<{ place: number; lot: string | null }>({
    name: 'learn-lots',
    text: `SELECT DISTINCT place::int4, l.lot FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS given (location, sku, bucket, place)
           JOIN ledger l ON l.partition = $1 AND l.location = given.location AND l.sku = given.sku AND l.bucket = given.bucket`,
    values: [partition, asked.map(([, location]) => location), asked.map(([, , sku]) => sku), asked.map(([, , , bucket]) => bucket)],
  });
  for (const [index, [name]] of asked.entries())
    known.lots.set(
      name,
      rows.filter(({ place }) => place === index + 1).map(({ lot }) => lot),
    );
}
