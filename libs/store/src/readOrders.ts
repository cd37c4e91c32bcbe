import { ORDER_STAGES, partitionOf, type Instant, type OrderLine, type OrderStage, type OrderSummary } from '@quayside/contracts';
import type pg from 'pg';
import { ORDER_COLUMNS, orderFromRow, orderLineFromRow, type OrderRow } from './orderRows.js';
import type { OrderLineRow } from './storedPromises.js';
import { SqlConditions } from './sqlConditions.js';

/** LATE: past its promise and not settled · AT_RISK: with a promise ahead, and something of it waits, is open, or stands at an oversold level · UNKNOWN: without a promise. */
export const PUNCTUALITIES = ['ON_TIME', 'AT_RISK', 'LATE', 'UNKNOWN'] as const;
export type Punctuality = (typeof PUNCTUALITIES)[number];
/** An order that was placed, and how it stands to its promise at the instant asked. */
export interface StoredOrder extends Omit<OrderSummary, 'source' | 'placedAt'> {
  readonly source: string;
  readonly placedAt: Instant;
  readonly punctuality: Punctuality;
}

/** (location, number) identifies an order. */
export interface OrderKey {
  readonly location: string;
  readonly number: string;
}
/** Which orders; null asks nothing, an empty list matches nothing. Times are from (included) and to (not included). `now` is what punctuality looks at. */
export interface OrderFilter {
  /** Beginning of a number or of a customer. */
  readonly search: string | null;
  readonly stages: readonly OrderStage[] | null;
  readonly punctuality: readonly Punctuality[] | null;
  readonly locations: readonly string[] | null;
  readonly promisedBefore: Instant | null;
  readonly placedFrom: Instant | null;
  readonly placedTo: Instant | null;
  /** A line of one of these. */
  readonly skus: readonly string[] | null;
  readonly now: Instant;
}
export const ORDER_SORTS = ['PROMISED_SHIP_BY_ASC', 'PLACED_AT_DESC', 'LATEST_CHANGE_DESC', 'PRIORITY_DESC'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];
/** The last order of a page, by what any sort looks at. */
export type OrderPlace = Pick<StoredOrder, 'location' | 'number' | 'promisedShipBy' | 'placedAt' | 'updatedAt' | 'priority'>;
export interface OrderPageAsked {
  readonly filter: OrderFilter;
  readonly sort: OrderSort;
  readonly after: OrderPlace | null;
  readonly limit: number;
}

/** One page of orders that were placed, by keyset. */
export async function findOrders(pool: pg.Pool, { filter, sort, after, limit }: OrderPageAsked): Promise<StoredOrder[]> {
  const conditions = conditionsOf(filter);
  const { by, places, descending } = SORTS[sort];
  if (after !== null) {
    const at = conditions.place(places(after));
    const next = `(o.location, o.number) > (${conditions.place(after.location)}, ${conditions.place(after.number)})`;
    // The first half alone bounds an index scan.
    conditions.addIf(true, `${by} ${descending ? '<=' : '>='} ${at} AND (${by} ${descending ? '<' : '>'} ${at} OR ${next})`);
  }
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${ORDER_COLUMNS}, ${punctualityAt(conditions.place(filter.now))} AS punctuality FROM supply_order o ${conditions.where()}
     ORDER BY ${by}${descending ? ' DESC' : ''}, o.location, o.number LIMIT ${conditions.place(limit)}`,
    conditions.values,
  );
  return rows.map(storedFromRow);
}

/** How many orders there are, counted up to `max`; null beyond. */
export async function countOrders(pool: pg.Pool, filter: OrderFilter, max: number): Promise<number | null> {
  const conditions = conditionsOf(filter);
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM supply_order o ${conditions.where()} LIMIT ${conditions.place(max + 1)}) AS counted`,
    conditions.values,
  );
  const count = rows[0]?.count ?? 0;
  return count > max ? null : count;
}

/** Orders by key, in no order; those that were not placed (yet) are absent. */
export async function readOrders(pool: pg.Pool, keys: readonly OrderKey[], now: Instant): Promise<StoredOrder[]> {
  const { rows } = await pool.query<StoredRow>({
    name: 'read-orders',
    text: `SELECT ${ORDER_COLUMNS}, ${punctualityAt('$4::int8')} AS punctuality FROM supply_order o
           WHERE placed_at IS NOT NULL AND (o.partition, o.location, o.number) IN (SELECT * FROM unnest($1::int4[], $2::text[], $3::text[]))`,
    values: [...keyColumns(keys), now],
  });
  return rows.map(storedFromRow);
}

/** What may have changed how orders look to a filter. */
export interface OrderNews {
  readonly filter: OrderFilter;
  /** Orders that have a new version. */
  readonly keys: readonly OrderKey[];
  /** Levels that have become oversold, or no longer are: whoever has something reserved there stands differently to its promise. */
  readonly levels: readonly { readonly location: string; readonly sku: string }[];
  /** Promises that have passed since then, up to the filter's `now`. */
  readonly dueFrom: Instant;
}

/** Of all orders that the news touches: those that the filter matches as they are now, and the keys of the others (also of those not placed). */
export async function readOrderNews(pool: pg.Pool, news: OrderNews): Promise<{ readonly matching: StoredOrder[]; readonly others: OrderKey[] }> {
  const keys = await touchedOrders(pool, news);
  if (keys.length === 0) return { matching: [], others: [] };
  const conditions = conditionsOf(news.filter);
  const [partitions, locations, numbers] = keyColumns(keys).map((column) => conditions.place(column));
  conditions.addIf(
    true,
    `(o.partition, o.location, o.number) IN (SELECT * FROM unnest(${partitions ?? ''}::int4[], ${locations ?? ''}::text[], ${numbers ?? ''}::text[]))`,
  );
  const { rows } = await pool.query<StoredRow>(
    `SELECT ${ORDER_COLUMNS}, ${punctualityAt(`${conditions.place(news.filter.now)}::int8`)} AS punctuality FROM supply_order o ${conditions.where()}`,
    conditions.values,
  );
  const matching = rows.map(storedFromRow);
  const matched = new Set(matching.map(showKey));
  return { matching, others: keys.filter((key) => !matched.has(showKey(key))) };
}

async function touchedOrders(pool: pg.Pool, { filter, keys, levels, dueFrom }: OrderNews): Promise<OrderKey[]> {
  const { rows } = await pool.query<OrderKey>({
    name: 'read-touched-orders',
    text: `SELECT l.location, l.order_number AS number FROM unnest($1::int4[], $2::text[], $3::text[]) AS k (partition, location, sku)
             JOIN order_line l ON l.partition = k.partition AND l.location = k.location AND l.sku = k.sku AND l.active > 0
           UNION
           SELECT o.location, o.number FROM supply_order o
             WHERE o.stage = ANY ($4::text[]) AND o.promised_ship_by >= $5 AND o.promised_ship_by < $6
               AND o.placed_at IS NOT NULL AND ($7::text[] IS NULL OR o.location = ANY ($7))`,
    values: [
      levels.map(({ location }) => partitionOf(location)),
      levels.map(({ location }) => location),
      levels.map(({ sku }) => sku),
      UNSETTLED_STAGES,
      dueFrom,
      filter.now,
      filter.locations,
    ],
  });
  const touched = new Map(keys.map((key) => [showKey(key), key]));
  for (const key of rows) touched.set(showKey(key), key);
  return [...touched.values()];
}

const showKey = ({ location, number }: OrderKey): string => `${location}\t${number}`;

/** Orders that carry a number given by a source, placed first first: several where one number stands at several locations. */
export async function findOrdersByNumber(
  pool: pg.Pool,
  { number, source }: { readonly number: string; readonly source: string },
  now: Instant,
): Promise<StoredOrder[]> {
  const { rows } = await pool.query<StoredRow>({
    name: 'find-orders-by-number',
    text: `SELECT ${ORDER_COLUMNS}, ${punctualityAt('$3::int8')} AS punctuality FROM supply_order o
           WHERE placed_at IS NOT NULL AND number = $1 AND source = $2 ORDER BY placed_at, location LIMIT ${SAME_NUMBER_MAX}`,
    values: [number, source, now],
  });
  return rows.map(storedFromRow);
}

/** Lines of these orders by number, each with its order's key. */
export async function readOrderLines(pool: pg.Pool, keys: readonly OrderKey[]): Promise<(OrderKey & { readonly lines: readonly OrderLine[] })[]> {
  const { rows } = await pool.query<OrderLineRow & { location: string; order_number: string }>({
    name: 'read-order-lines',
    text: `SELECT * FROM order_line WHERE (partition, location, order_number) IN (SELECT * FROM unnest($1::int4[], $2::text[], $3::text[])) ORDER BY line`,
    values: keyColumns(keys),
  });
  return gather(keys, rows).map(({ key, own }) => ({ ...key, lines: own.map(orderLineFromRow) }));
}

/** A stage that an order came to; (partition, offset) is the record that brought it there. */
export interface StageChange {
  readonly partition: number;
  readonly offset: number;
  readonly stage: OrderStage;
  readonly occurredAt: Instant;
}

/** What stages these orders came to, in the order of the log. */
export async function readStageChanges(pool: pg.Pool, keys: readonly OrderKey[]): Promise<(OrderKey & { readonly stages: readonly StageChange[] })[]> {
  const { rows } = await pool.query<StageRow>({
    name: 'read-stage-changes',
    text: `SELECT c.partition, c."offset", c.location, c.order_number, c.stage, c.occurred_at FROM unnest($1::int4[], $2::text[], $3::text[]) AS k (partition, location, number)
           JOIN order_stage_change c ON c.location = k.location AND c.order_number = k.number AND c.partition = k.partition ORDER BY c."offset"`,
    values: keyColumns(keys),
  });
  return gather(keys, rows).map(({ key, own }) => ({
    ...key,
    stages: own.map(({ partition, offset, stage, occurred_at: occurredAt }) => ({ partition, offset, stage, occurredAt })),
  }));
}

/** One column of the board. */
export interface StageSummary {
  readonly stage: OrderStage;
  readonly count: number;
  readonly atRisk: number;
  readonly late: number;
  /** When the one in the middle was placed. */
  readonly medianPlacedAt: Instant;
  /** The one that was placed first. */
  readonly oldest: OrderKey;
}

/** Orders that the filter matches, counted by stage; stages without any are absent. */
export async function summarizeStages(pool: pg.Pool, filter: OrderFilter): Promise<StageSummary[]> {
  const conditions = conditionsOf(filter);
  const punctuality = punctualityAt(conditions.place(filter.now));
  const { rows } = await pool.query<Omit<StageSummary, 'oldest' | 'medianPlacedAt'> & { median: number; location: string; number: string }>(
    `WITH found AS (SELECT stage, placed_at, location, number, ${punctuality} AS punctuality FROM supply_order o ${conditions.where()}),
          oldest AS (SELECT DISTINCT ON (stage) stage, location, number FROM found ORDER BY stage, placed_at, location, number)
     SELECT stage, count(*) AS count, count(*) FILTER (WHERE punctuality = 'AT_RISK') AS "atRisk", count(*) FILTER (WHERE punctuality = 'LATE') AS late,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY placed_at) AS median, min(oldest.location) AS location, min(oldest.number) AS number
     FROM found JOIN oldest USING (stage) GROUP BY stage`,
    conditions.values,
  );
  return rows.map(({ median, location, number, ...same }) => ({ ...same, medianPlacedAt: median, oldest: { location, number } }));
}

/** A number that stands at more locations than anyone has. */
const SAME_NUMBER_MAX = 250;
const NEVER = Number.MAX_SAFE_INTEGER;
/** In all others nothing is still to be shipped, so that time changes nothing. */
const UNSETTLED_STAGES: readonly OrderStage[] = ORDER_STAGES.filter((stage) => stage !== 'SHIPPED' && stage !== 'CANCELLED');

const SORTS: Readonly<Record<OrderSort, { readonly by: string; readonly places: (place: OrderPlace) => number; readonly descending: boolean }>> = {
  PROMISED_SHIP_BY_ASC: { by: `coalesce(o.promised_ship_by, ${NEVER})`, places: ({ promisedShipBy }) => promisedShipBy ?? NEVER, descending: false },
  PLACED_AT_DESC: { by: 'o.placed_at', places: ({ placedAt }) => placedAt, descending: true },
  LATEST_CHANGE_DESC: { by: 'o.updated_at', places: ({ updatedAt }) => updatedAt, descending: true },
  PRIORITY_DESC: { by: 'o.priority', places: ({ priority }) => priority, descending: true },
};

const OVERSOLD_LINE = `EXISTS (SELECT 1 FROM order_line l JOIN level v ON v.partition = l.partition AND v.location = l.location AND v.sku = l.sku
  WHERE l.partition = o.partition AND l.location = o.location AND l.order_number = o.number AND l.active > 0 AND v.reserved > v.sellable)`;

/** How an order `o` stands to its promise; the one place that says it. */
const punctualityAt = (now: string): string =>
  `CASE WHEN o.promised_ship_by IS NULL THEN 'UNKNOWN' WHEN o.open + o.backordered + o.reserved = 0 THEN 'ON_TIME'
        WHEN o.promised_ship_by < ${now} THEN 'LATE' WHEN o.open + o.backordered > 0 OR ${OVERSOLD_LINE} THEN 'AT_RISK' ELSE 'ON_TIME' END`;

function conditionsOf(filter: OrderFilter): SqlConditions {
  const { search, stages, punctuality, locations, skus } = filter;
  const conditions = new SqlConditions()
    .addIf(true, 'o.placed_at IS NOT NULL')
    .add('starts_with(o.number, ?) OR starts_with(o.customer, ?)', search)
    .add('o.stage = ANY (?::text[])', stages)
    .add('o.location = ANY (?::text[])', locations)
    .add('o.partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))])
    .add('o.promised_ship_by < ?', filter.promisedBefore)
    .add('o.placed_at >= ?', filter.placedFrom)
    .add('o.placed_at < ?', filter.placedTo)
    .add(
      'EXISTS (SELECT 1 FROM order_line l WHERE l.partition = o.partition AND l.location = o.location AND l.order_number = o.number AND l.sku = ANY (?::text[]))',
      skus,
    );
  return punctuality === null
    ? conditions
    : conditions.addIf(true, `(${punctualityAt(`${conditions.place(filter.now)}::int8`)}) = ANY (${conditions.place(punctuality)}::text[])`);
}

type StoredRow = OrderRow & { punctuality: Punctuality };
interface StageRow {
  partition: number;
  offset: number;
  location: string;
  order_number: string;
  stage: OrderStage;
  occurred_at: number;
}

function storedFromRow({ punctuality, ...row }: StoredRow): StoredOrder {
  const { source, placedAt, ...order } = orderFromRow(row);
  if (source === null || placedAt === null) throw new Error(`Order ${order.number} at ${order.location} was asked for among those placed, and was not`);
  return { ...order, source, placedAt, punctuality };
}

const keyColumns = (keys: readonly OrderKey[]): [number[], string[], string[]] => [
  keys.map(({ location }) => partitionOf(location)),
  keys.map(({ location }) => location),
  keys.map(({ number }) => number),
];

/** Rows by the order that they belong to, for every key asked. */
function gather<Row extends { location: string; order_number: string }>(keys: readonly OrderKey[], rows: readonly Row[]): { key: OrderKey; own: Row[] }[] {
  const groups = new Map<string, Row[]>(keys.map(({ location, number }) => [`${location}\t${number}`, []]));
  for (const row of rows) groups.get(`${row.location}\t${row.order_number}`)?.push(row);
  return keys.map((key) => ({ key, own: groups.get(`${key.location}\t${key.number}`) ?? [] }));
}
