import { splitLevelKey } from '@quayside/contracts';
import { nameKey, type Known, type WaitingLine, type Wanted } from '@quayside/stock';
import type pg from 'pg';
import {
  ORDER_COLUMNS,
  ORDER_LINE_COLUMNS,
  orderFromRow,
  RESERVATION_COLUMNS,
  RESERVATION_LINE_COLUMNS,
  reservationFromRow,
  type OrderLineRow,
  type OrderRow,
  type ReservationLineRow,
  type ReservationRow,
} from './storedPromises.js';

interface Learning {
  readonly wanted: Wanted;
  readonly known: Known;
}

/** Orders with their lines, and the reservations that name them. */
export async function learnOrders(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  const values = [partition, ...namesOf(wanted.orders)];
  const orders = await client.query<OrderRow>({
    name: 'learn-orders',
    text: `SELECT ${ORDER_COLUMNS} FROM supply_order JOIN unnest($2::text[], $3::text[]) AS given (location, number) USING (location, number) WHERE partition = $1`,
    values,
  });
  const lines = await client.query<OrderLineRow>({
    name: 'learn-order-lines',
    text: `SELECT ${ORDER_LINE_COLUMNS} FROM order_line JOIN unnest($2::text[], $3::text[]) AS given (location, order_number) USING (location, order_number) WHERE partition = $1`,
    values,
  });
  const attached = await client.query<{ location: string; order_number: string; reference: string }>({
    name: 'learn-attached',
    text: `SELECT r.location, r.order_number, r.reference FROM unnest($2::text[], $3::text[]) AS given (location, order_number)
           JOIN reservation r ON r.partition = $1 AND r.location = given.location AND r.order_number = given.order_number
           WHERE r.active > 0 OR EXISTS (
             SELECT 1 FROM reservation_line l WHERE l.partition = r.partition AND l.location = r.location AND l.reference = r.reference AND l.backordered > 0)`,
    values,
  });
  const linesOf = grouped(lines.rows, (row) => nameKey(row.location, row.order_number));
  const attachedTo = grouped(attached.rows, (row) => nameKey(row.location, row.order_number));
  const found = new Map(orders.rows.map((row) => [nameKey(row.location, row.number), row]));
  for (const key of wanted.orders) {
    const row = found.get(key);
    const order = row === undefined ? null : orderFromRow(row, linesOf.get(key) ?? []);
    known.orders.set(key, { order, attached: (attachedTo.get(key) ?? []).map(({ reference }) => reference) });
  }
}

export async function learnReservations(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  const values = [partition, ...namesOf(wanted.reservations)];
  const reservations = await client.query<ReservationRow>({
    name: 'learn-reservations',
    text: `SELECT ${RESERVATION_COLUMNS} FROM reservation JOIN unnest($2::text[], $3::text[]) AS given (location, reference) USING (location, reference) WHERE partition = $1`,
    values,
  });
  const lines = await client.query<ReservationLineRow>({
    name: 'learn-reservation-lines',
    text: `SELECT ${RESERVATION_LINE_COLUMNS} FROM reservation_line JOIN unnest($2::text[], $3::text[]) AS given (location, reference) USING (location, reference) WHERE partition = $1`,
    values,
  });
  const linesOf = grouped(lines.rows, (row) => nameKey(row.location, row.reference));
  for (const key of wanted.reservations) known.reservations.set(key, null);
  for (const row of reservations.rows) {
    const key = nameKey(row.location, row.reference);
    known.reservations.set(key, reservationFromRow(row, linesOf.get(key) ?? []));
  }
}

/** The first of those that wait for an item, in the order in which they are served. */
export async function learnWaiting(client: pg.PoolClient, partition: number, { wanted, known }: Learning): Promise<void> {
  for (const [key, limit] of wanted.waiting) {
    const { location, sku } = splitLevelKey(key);
    const { rows } = await client.query<WaitingRow>({
      name: 'learn-waiting',
      text: `SELECT * FROM (
               SELECT 'order' AS holder, l.order_number AS name, l.line, o.promised_ship_by, o.place, l.backordered AS quantity, o.policy = 'ALL_OR_NOTHING' AS is_whole
               FROM order_line l JOIN supply_order o ON o.partition = l.partition AND o.location = l.location AND o.number = l.order_number
               WHERE l.partition = $1 AND l.location = $2 AND l.sku = $3 AND l.backordered > 0
               UNION ALL
               SELECT 'reservation', l.reference, l.line, NULL, r.place, l.backordered, false
               FROM reservation_line l JOIN reservation r ON r.partition = l.partition AND r.location = l.location AND r.reference = l.reference
               WHERE l.partition = $1 AND l.location = $2 AND l.sku = $3 AND l.backordered > 0) AS waits
             ORDER BY promised_ship_by NULLS LAST, place, line LIMIT $4`,
      values: [partition, location, sku, limit + 1],
    });
    const first = rows
      .slice(0, limit)
      .map(({ promised_ship_by: promisedShipBy, is_whole: isWhole, ...same }): WaitingLine => ({ ...same, promisedShipBy, isWhole }));
    known.waiting.set(key, { first, isAll: rows.length <= limit });
  }
}

interface WaitingRow {
  holder: 'order' | 'reservation';
  name: string;
  line: number;
  promised_ship_by: number | null;
  place: number;
  quantity: number;
  is_whole: boolean;
}

function namesOf(keys: ReadonlySet<string>): [string[], string[]] {
  const split = [...keys].map((key) => key.split('\t'));
  return [split.map(([location = '']) => location), split.map(([, name = '']) => name)];
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
