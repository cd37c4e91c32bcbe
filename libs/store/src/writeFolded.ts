import type { Level } from '@quayside/contracts';
import type { Applied, Folded, FreshRecord } from '@quayside/stock';
import type pg from 'pg';
import type { NewRecord } from './identities.js';
import { toBuffer } from './quarantine.js';
import { writeCounts } from './writeCounts.js';
import { writePromises } from './writePromises.js';

interface Writing {
  readonly batch: { readonly partition: number; readonly appliedAt: number };
  readonly folded: Folded;
  readonly bytesAt: (offset: number) => Uint8Array;
}
interface AppliedRecord {
  readonly record: FreshRecord;
  readonly result: Applied;
}

/** Writes all effects of a batch in bulk (unnest: 88,000 rows/s here, createMany 4,000; stack.md). */
export async function writeFolded(client: pg.PoolClient, { batch, folded, bytesAt }: Writing): Promise<void> {
  const applied = folded.records.flatMap(({ record, result }): AppliedRecord[] => (result.kind === 'applied' ? [{ record, result }] : []));
  if (applied.length === 0) return;
  await writeEvents(client, applied, { ...batch, bytesAt });
  await writeLedger(client, batch.partition, applied);
  await writeLevels(client, batch.partition, [...folded.levels.values()]);
  await writeExceptions(client, batch.partition, applied);
  await writeCounts(client, batch.partition, folded);
  await writePromises(client, batch.partition, folded);
}

/** A decision that changed no stock: kept like every event, with an outcome that says why. */
export async function writeWithoutEffect(
  client: pg.PoolClient,
  batch: { partition: number; appliedAt: number },
  { record, why }: { record: NewRecord; why: string | null },
): Promise<void> {
  const { event, at, bytes } = record;
  await client.query(
    `INSERT INTO event (partition, applied_at, "offset", source, id, name, occurred_at, received_at, recorded_at, record, outcome, change_count, hop_count)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)`,
    [
      batch.partition,
      batch.appliedAt,
      at.offset,
      event.source,
      event.id,
      event.name,
      event.occurredAt,
      at.appendedAt,
      at.recordedAt,
      toBuffer(bytes),
      JSON.stringify({ changes: [], hops: [], ...(why === null ? {} : { why }) }),
    ],
  );
}

async function writeEvents(
  client: pg.PoolClient,
  applied: readonly AppliedRecord[],
  more: { partition: number; appliedAt: number; bytesAt: (offset: number) => Uint8Array },
): Promise<void> {
  const column = <T>(pick: (each: AppliedRecord) => T): T[] => applied.map(pick);
  await client.query({
    name: 'write-events',
    text: `INSERT INTO event (partition, applied_at, "offset", source, id, name, occurred_at, received_at, recorded_at, record, outcome, change_count, hop_count)
           SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bytea[], $11::text[], $12::int[], $13::int[])`,
    values: [
      more.partition,
      more.appliedAt,
      column(({ record }) => record.at.offset),
      column(({ record }) => record.event.source),
      column(({ record }) => record.event.id),
      column(({ record }) => record.event.name),
      column(({ record }) => record.event.occurredAt),
      column(({ record }) => record.at.appendedAt),
      column(({ record }) => record.at.recordedAt),
      column(({ record }) => toBuffer(more.bytesAt(record.at.offset))),
      column(({ result }) => JSON.stringify(result.outcome)),
      column(({ result }) => result.outcome.changes.length),
      column(({ result }) => result.outcome.hops.length),
    ],
  });
}

async function writeLedger(client: pg.PoolClient, partition: number, applied: readonly AppliedRecord[]): Promise<void> {
  const rows = applied.flatMap(({ record, result }) => result.movements.map((movement) => ({ record, movement })));
  if (rows.length === 0) return;
  const column = <T>(pick: (each: (typeof rows)[number]) => T): T[] => rows.map(pick);
  await client.query({
    name: 'write-ledger',
    text: `INSERT INTO ledger (partition, "offset", line, location, sku, lot, bucket, kind, delta, on_hand_after, available_after, source, sequence, event_id, reason, document, occurred_at, received_at, recorded_at, late, order_number, order_line, by_source, by_id)
           SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::bigint[], $14::text[], $15::text[], $16::text[], $17::bigint[], $18::bigint[], $19::bigint[], $20::boolean[], $21::text[], $22::int[], $23::text[], $24::text[])`,
    values: [
      partition,
      column(({ record }) => record.at.offset),
      column(({ movement }) => movement.line),
      column(({ movement }) => movement.location),
      column(({ movement }) => movement.sku),
      column(({ movement }) => movement.lot),
      column(({ movement }) => movement.bucket),
      column(({ movement }) => movement.kind),
      column(({ movement }) => movement.delta),
      column(({ movement }) => movement.onHandAfter),
      column(({ movement }) => movement.availableAfter),
      column(({ movement }) => movement.source),
      column(({ movement }) => movement.sequence),
      column(({ movement }) => movement.eventId),
      column(({ movement }) => movement.reason),
      column(({ movement }) => movement.document),
      column(({ movement }) => movement.occurredAt),
      column(({ record }) => record.at.appendedAt),
      column(({ record }) => record.at.recordedAt),
      column(({ movement }) => movement.late),
      column(({ movement }) => movement.orderNumber),
      column(({ movement }) => movement.orderLine),
      column(({ movement }) => movement.by?.source ?? null),
      column(({ movement }) => movement.by?.id ?? null),
    ],
  });
}

async function writeLevels(client: pg.PoolClient, partition: number, levels: readonly Level[]): Promise<void> {
  const column = <T>(pick: (level: Level) => T): T[] => levels.map(pick);
  await client.query({
    name: 'write-levels',
    text: `INSERT INTO level (partition, location, sku, sellable, inspection, hold, damaged, reserved, in_transit, on_order, backordered, reorder_point, safety_stock, version, last_event_at, last_count_at, last_outbound_at, updated_at)
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::int[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[])
           ON CONFLICT (partition, location, sku) DO UPDATE SET
             sellable = EXCLUDED.sellable, inspection = EXCLUDED.inspection, hold = EXCLUDED.hold, damaged = EXCLUDED.damaged,
             reserved = EXCLUDED.reserved, in_transit = EXCLUDED.in_transit, on_order = EXCLUDED.on_order, backordered = EXCLUDED.backordered,
             reorder_point = EXCLUDED.reorder_point, safety_stock = EXCLUDED.safety_stock,
             version = EXCLUDED.version, last_event_at = EXCLUDED.last_event_at, last_count_at = EXCLUDED.last_count_at,
             last_outbound_at = EXCLUDED.last_outbound_at, updated_at = EXCLUDED.updated_at`,
    values: [
      partition,
      column((l) => l.location),
      column((l) => l.sku),
      column((l) => l.sellable),
      column((l) => l.inspection),
      column((l) => l.hold),
      column((l) => l.damaged),
      column((l) => l.reserved),
      column((l) => l.inTransit),
      column((l) => l.onOrder),
      column((l) => l.backordered),
      column((l) => l.reorderPoint),
      column((l) => l.safetyStock),
      column((l) => l.version),
      column((l) => l.lastEventAt),
      column((l) => l.lastCountAt),
      column((l) => l.lastOutboundAt),
      column((l) => l.updatedAt),
    ],
  });
}

async function writeExceptions(client: pg.PoolClient, partition: number, applied: readonly AppliedRecord[]): Promise<void> {
  const rows = applied.flatMap(({ record, result }) =>
    result.exceptions.map((exception, index) => ({ offset: record.at.offset, index, location: record.event.location, ...exception })),
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'write-exceptions',
    text: `INSERT INTO stock_exception (partition, "offset", index, kind, location, sku, detail)
           SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[])`,
    values: [
      partition,
      rows.map((r) => r.offset),
      rows.map((r) => r.index),
      rows.map((r) => r.kind),
      rows.map((r) => r.location),
      rows.map((r) => r.sku),
      rows.map((r) => r.detail),
    ],
  });
}
