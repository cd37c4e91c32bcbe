import type { Folded } from '@quayside/stock';
import type pg from 'pg';

/** What was counted, and which counts were taken back. Nothing where a batch has neither. */
export async function writeCounts(client: pg.PoolClient, partition: number, { records, voidedCounts }: Folded): Promise<void> {
  const counts = records.flatMap(({ record, result }) =>
    result.kind === 'applied' ? result.counts.map((count, line) => ({ offset: record.at.offset, line, count })) : [],
  );
  if (counts.length > 0) await insertCounts(client, partition, counts);
  if (voidedCounts.size > 0) await markVoided(client, partition, voidedCounts);
}

type Counted = { readonly offset: number; readonly line: number; readonly count: CountOf };
type CountOf = Extract<Folded['records'][number]['result'], { kind: 'applied' }>['counts'][number];

async function insertCounts(client: pg.PoolClient, partition: number, counts: readonly Counted[]): Promise<void> {
  const column = <T>(pick: (each: CountOf) => T): T[] => counts.map(({ count }) => pick(count));
  await client.query({
    name: 'write-counts',
    text: `INSERT INTO stock_count (partition, "offset", line, location, sku, bucket, lot, counted, occurred_at, source, sequence, event_id)
           SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[], $12::text[])`,
    values: [
      partition,
      counts.map(({ offset }) => offset),
      counts.map(({ line }) => line),
      column((count) => count.location),
      column((count) => count.sku),
      column((count) => count.bucket),
      column((count) => count.lot),
      column((count) => count.counted),
      column((count) => count.occurredAt),
      column((count) => count.source),
      column((count) => count.sequence),
      column((count) => count.id),
    ],
  });
}

/** A voided count is known by its ledger key and its place (sumKey): location, sku, bucket, lot, occurredAt, source, sequence, id. */
async function markVoided(client: pg.PoolClient, partition: number, voided: ReadonlySet<string>): Promise<void> {
  const parts = [...voided].map((key) => key.split('\t'));
  const column = (index: number): string[] => parts.map((part) => part[index] ?? '');
  await client.query({
    name: 'mark-voided-counts',
    text: `UPDATE stock_count c SET voided = true
           FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[], $9::text[])
             AS given (location, sku, bucket, lot, occurred_at, source, sequence, event_id)
           WHERE c.partition = $1 AND c.location = given.location AND c.sku = given.sku AND c.bucket = given.bucket AND coalesce(c.lot, '') = given.lot
             AND c.occurred_at = given.occurred_at AND c.source = given.source AND c.sequence = given.sequence AND c.event_id = given.event_id`,
    values: [partition, column(0), column(1), column(2), column(3), column(4), column(5), column(6), column(7)],
  });
}
