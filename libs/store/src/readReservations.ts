import { partitionOf, PROMISED_NAMES, type Instant, type Promised } from '@quayside/contracts';
import type pg from 'pg';
import { promisedFromRow, type PromisedRow } from './orderRows.js';

/** (kind, location, reference, line): `reservation` = asked for by itself; `order` = the promise for an order's line, `reference` its number. */
export interface PromiseKey {
  readonly kind: 'reservation' | 'order';
  readonly location: string;
  readonly reference: string;
  readonly line: number;
}
/** What is held, or was asked for, of one item by one line of a reservation or of an order. */
export interface StoredPromise extends PromiseKey, Promised {
  readonly sku: string;
  /** Order that it is for. */
  readonly order: string | null;
  /** Offset of the record that asked for it, in the partition of its location. */
  readonly place: number;
  readonly decidedAt: Instant | null;
  readonly expiresAt: Instant | null;
}
export type PromisePlace = Pick<StoredPromise, 'kind' | 'reference' | 'line'>;
export interface PromisesAsked {
  readonly levels: readonly { readonly location: string; readonly sku: string }[];
  readonly after: PromisePlace | null;
  readonly limit: number;
}

/**
 * Of each level one page of the promises that hold its stock or wait for it, in the order asked: Σ active is its `reserved`,
 * Σ backordered its `backordered`.
 */
export async function findPromises(pool: pg.Pool, { levels, after, limit }: PromisesAsked): Promise<StoredPromise[][]> {
  const holding = 'l.partition = k.partition AND l.location = k.location AND l.sku = k.sku AND (l.active > 0 OR l.backordered > 0)';
  const { rows } = await pool.query<PromiseRow & { index: number }>({
    name: 'find-promises',
    text: `SELECT k.index::int4 AS index, page.* FROM unnest($1::int4[], $2::text[], $3::text[]) WITH ORDINALITY AS k (partition, location, sku, index)
           CROSS JOIN LATERAL (SELECT * FROM (${bothKinds(holding)}) AS found
             WHERE $4::text IS NULL OR (kind, reference, line) > ($4, $5, $6::int4) ORDER BY kind, reference, line LIMIT $7) AS page ORDER BY 1, kind, reference, line`,
    values: [
      levels.map(({ location }) => partitionOf(location)),
      levels.map(({ location }) => location),
      levels.map(({ sku }) => sku),
      after?.kind ?? null,
      after?.reference ?? null,
      after?.line ?? null,
      limit,
    ],
  });
  const pages: StoredPromise[][] = levels.map(() => []);
  for (const row of rows) pages[row.index - 1]?.push(promiseFromRow(row));
  return pages;
}

/** Promises by key, in no order; those that do not exist are absent. */
export async function readPromises(pool: pg.Pool, keys: readonly PromiseKey[]): Promise<StoredPromise[]> {
  const { rows } = await pool.query<PromiseRow>({
    name: 'read-promises',
    text: `SELECT found.* FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::int4[]) AS k (partition, kind, location, reference, line)
           CROSS JOIN LATERAL (${bothKinds('l.partition = k.partition AND l.location = k.location AND l.line = k.line', 'k.reference')}) AS found WHERE found.kind = k.kind`,
    values: [
      keys.map(({ location }) => partitionOf(location)),
      keys.map(({ kind }) => kind),
      keys.map(({ location }) => location),
      keys.map(({ reference }) => reference),
      keys.map(({ line }) => line),
    ],
  });
  return rows.map(promiseFromRow);
}

const PROMISED = PROMISED_NAMES.map((name) => `l.${name}`).join(', ');

const ofReservations = (which: string): string =>
  `SELECT 'reservation' AS kind, l.location, l.reference, l.line, l.sku, ${PROMISED}, r.order_number, r.place, r.decided_at, r.expires_at
   FROM reservation_line l JOIN reservation r USING (partition, location, reference) WHERE ${which}`;

const ofOrders = (which: string): string =>
  `SELECT 'order' AS kind, l.location, l.order_number AS reference, l.line, l.sku, ${PROMISED}, l.order_number, coalesce(o.place, 0) AS place, o.placed_at AS decided_at, NULL::int8 AS expires_at
   FROM order_line l JOIN supply_order o ON o.partition = l.partition AND o.location = l.location AND o.number = l.order_number WHERE ${which}`;

/** `reference`: how the text refers to the one asked for; absent: any. */
function bothKinds(which: string, reference?: string): string {
  const named = (column: string): string => (reference === undefined ? which : `${which} AND l.${column} = ${reference}`);
  return `${ofOrders(named('order_number'))} UNION ALL ${ofReservations(named('reference'))}`;
}

interface PromiseRow extends PromisedRow {
  kind: 'reservation' | 'order';
  location: string;
  reference: string;
  line: number;
  sku: string;
  order_number: string | null;
  place: number;
  decided_at: number | null;
  expires_at: number | null;
}

function promiseFromRow(row: PromiseRow): StoredPromise {
  const { kind, location, reference, line, sku, place } = row;
  return {
    kind,
    location,
    reference,
    line,
    sku,
    ...promisedFromRow(row),
    order: row.order_number,
    place,
    decidedAt: row.decided_at,
    expiresAt: row.expires_at,
  };
}
