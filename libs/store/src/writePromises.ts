import { PROMISED_NAMES, summarizeOrder, type Order, type OrderLine, type Promised, type Reservation } from '@quayside/contracts';
import type { Folded, ReservationEntry } from '@quayside/stock';
import type pg from 'pg';

/** Orders, reservations and their rows. Most batches of a warehouse have none. */
export async function writePromises(client: pg.PoolClient, partition: number, folded: Folded): Promise<void> {
  if (folded.orders.size > 0) await writeOrders(client, partition, [...folded.orders.values()]);
  if (folded.reservations.size > 0) await writeReservations(client, partition, [...folded.reservations.values()]);
  await writeEntries(client, partition, folded);
  await writeStages(client, partition, folded);
}

async function writeOrders(client: pg.PoolClient, partition: number, orders: readonly Order[]): Promise<void> {
  const summaries = orders.map((order) => ({
    ...summarizeOrder(order),
    early: order.early === null ? null : JSON.stringify(order.early),
    joined: order.joined.length === 0 ? null : JSON.stringify(order.joined),
    place: order.place,
  }));
  const column = <T>(pick: (order: (typeof summaries)[number]) => T): T[] => summaries.map(pick);
  await client.query({
    name: 'write-orders',
    text: `INSERT INTO supply_order (partition, location, number, source, customer, ship_to, priority, policy, placed_at, place, promised_ship_by, promised_deliver_by,
             is_held, stage, line_count, ordered, cancelled, rejected, backordered, reserved, shipped, overshipped, returned, open, early, joined, version, updated_at)
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
             $13::boolean[], $14::text[], $15::int[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[],
             $25::text[], $26::text[], $27::int[], $28::bigint[])
           ON CONFLICT (partition, location, number) DO UPDATE SET source = EXCLUDED.source, customer = EXCLUDED.customer, ship_to = EXCLUDED.ship_to,
             priority = EXCLUDED.priority, policy = EXCLUDED.policy, placed_at = EXCLUDED.placed_at, place = EXCLUDED.place,
             promised_ship_by = EXCLUDED.promised_ship_by, promised_deliver_by = EXCLUDED.promised_deliver_by, is_held = EXCLUDED.is_held, stage = EXCLUDED.stage,
             line_count = EXCLUDED.line_count, ordered = EXCLUDED.ordered, cancelled = EXCLUDED.cancelled, rejected = EXCLUDED.rejected,
             backordered = EXCLUDED.backordered, reserved = EXCLUDED.reserved, shipped = EXCLUDED.shipped, overshipped = EXCLUDED.overshipped,
             returned = EXCLUDED.returned, open = EXCLUDED.open, early = EXCLUDED.early, joined = EXCLUDED.joined, version = EXCLUDED.version, updated_at = EXCLUDED.updated_at`,
    values: [
      partition,
      column((o) => o.location),
      column((o) => o.number),
      column((o) => o.source),
      column((o) => o.customer),
      column((o) => o.shipTo),
      column((o) => o.priority),
      column((o) => o.policy),
      column((o) => o.placedAt),
      column((o) => o.place),
      column((o) => o.promisedShipBy),
      column((o) => o.promisedDeliverBy),
      column((o) => o.isHeld),
      column((o) => o.stage),
      column((o) => o.lineCount),
      column((o) => o.ordered),
      column((o) => o.cancelled),
      column((o) => o.rejected),
      column((o) => o.backordered),
      column((o) => o.reserved),
      column((o) => o.shipped),
      column((o) => o.overshipped),
      column((o) => o.returned),
      column((o) => o.open),
      column((o) => o.early),
      column((o) => o.joined),
      column((o) => o.version),
      column((o) => o.updatedAt),
    ],
  });
  const lines = orders.flatMap((order) => order.lines.map((line) => ({ order, line })));
  if (lines.length > 0) await writeOrderLines(client, partition, lines);
}

const PROMISED_LIST = PROMISED_NAMES.join(', ');
const promisedUpdates = PROMISED_NAMES.map((name) => `${name} = EXCLUDED.${name}`).join(', ');
const promisedTypes = (from: number): string => PROMISED_NAMES.map((_name, index) => `$${from + index}::bigint[]`).join(', ');
const promisedColumns = (lines: readonly Promised[]): number[][] => PROMISED_NAMES.map((name) => lines.map((line) => line[name]));

async function writeOrderLines(client: pg.PoolClient, partition: number, lines: readonly { readonly order: Order; readonly line: OrderLine }[]): Promise<void> {
  const column = <T>(pick: (line: OrderLine) => T): T[] => lines.map(({ line }) => pick(line));
  await client.query({
    name: 'write-order-lines',
    text: `INSERT INTO order_line (partition, location, order_number, line, sku, ordered, cancelled, shipped, overshipped, returned, ${PROMISED_LIST})
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], ${promisedTypes(11)})
           ON CONFLICT (partition, location, order_number, line) DO UPDATE SET ordered = EXCLUDED.ordered, cancelled = EXCLUDED.cancelled,
             shipped = EXCLUDED.shipped, overshipped = EXCLUDED.overshipped, returned = EXCLUDED.returned, ${promisedUpdates}`,
    values: [
      partition,
      lines.map(({ order }) => order.location),
      lines.map(({ order }) => order.number),
      column((line) => line.line),
      column((line) => line.sku),
      column((line) => line.ordered),
      column((line) => line.cancelled),
      column((line) => line.shipped),
      column((line) => line.overshipped),
      column((line) => line.returned),
      ...promisedColumns(lines.map(({ line }) => line)),
    ],
  });
}

async function writeReservations(client: pg.PoolClient, partition: number, reservations: readonly Reservation[]): Promise<void> {
  const column = <T>(pick: (reservation: Reservation) => T): T[] => reservations.map(pick);
  await client.query({
    name: 'write-reservations',
    text: `INSERT INTO reservation (partition, location, reference, source, order_number, policy, expires_at, expiry_offset, place, active, decided_at, version, updated_at)
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::int[], $13::bigint[])
           ON CONFLICT (partition, location, reference) DO UPDATE SET expires_at = EXCLUDED.expires_at, expiry_offset = EXCLUDED.expiry_offset,
             active = EXCLUDED.active, version = EXCLUDED.version, updated_at = EXCLUDED.updated_at`,
    values: [
      partition,
      column((r) => r.location),
      column((r) => r.reference),
      column((r) => r.source),
      column((r) => r.order),
      column((r) => r.policy),
      column((r) => r.expiresAt),
      column((r) => r.expiryOffset),
      column((r) => r.place),
      column((r) => r.lines.reduce((sum, { active }) => sum + active, 0)),
      column((r) => r.decidedAt),
      column((r) => r.version),
      column((r) => r.updatedAt),
    ],
  });
  const lines = reservations.flatMap((reservation) => reservation.lines.map((line) => ({ reservation, line })));
  await client.query({
    name: 'write-reservation-lines',
    text: `INSERT INTO reservation_line (partition, location, reference, line, sku, ${PROMISED_LIST})
           SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], ${promisedTypes(6)})
           ON CONFLICT (partition, location, reference, line) DO UPDATE SET ${promisedUpdates}`,
    values: [
      partition,
      lines.map(({ reservation }) => reservation.location),
      lines.map(({ reservation }) => reservation.reference),
      lines.map(({ line }) => line.line),
      lines.map(({ line }) => line.sku),
      ...promisedColumns(lines.map(({ line }) => line)),
    ],
  });
}

async function writeEntries(client: pg.PoolClient, partition: number, { records }: Folded): Promise<void> {
  const entries = records.flatMap(({ record, result }) =>
    result.kind === 'applied' ? result.entries.map((entry, index) => ({ at: record.at, index, entry })) : [],
  );
  if (entries.length === 0) return;
  const column = <T>(pick: (entry: ReservationEntry) => T): T[] => entries.map(({ entry }) => pick(entry));
  await client.query({
    name: 'write-reservation-entries',
    text: `INSERT INTO reservation_entry (partition, "offset", index, location, sku, order_number, reference, line, kind, delta, available_before, recorded_at)
           SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[])`,
    values: [
      partition,
      entries.map(({ at }) => at.offset),
      entries.map(({ index }) => index),
      column((entry) => entry.location),
      column((entry) => entry.sku),
      column((entry) => entry.orderNumber),
      column((entry) => entry.reference),
      column((entry) => entry.line),
      column((entry) => entry.kind),
      column((entry) => entry.delta),
      column((entry) => entry.availableBefore),
      entries.map(({ at }) => at.recordedAt),
    ],
  });
}

async function writeStages(client: pg.PoolClient, partition: number, { records }: Folded): Promise<void> {
  const stages = records.flatMap(({ record, result }) =>
    result.kind === 'applied' ? result.stages.map((stage) => ({ at: record.at, occurredAt: result.occurredAt, stage })) : [],
  );
  if (stages.length === 0) return;
  await client.query({
    name: 'write-order-stages',
    text: `INSERT INTO order_stage_change (partition, "offset", location, order_number, stage, occurred_at, recorded_at)
           SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])`,
    values: [
      partition,
      stages.map(({ at }) => at.offset),
      stages.map(({ stage }) => stage.location),
      stages.map(({ stage }) => stage.orderNumber),
      stages.map(({ stage }) => stage.stage),
      stages.map(({ occurredAt }) => occurredAt),
      stages.map(({ at }) => at.recordedAt),
    ],
  });
}
