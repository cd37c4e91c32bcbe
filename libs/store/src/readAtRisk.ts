import { AT_RISK_MAX, levelKey, type AtRisk } from '@quayside/contracts';
import type pg from 'pg';

interface AtRiskRow {
  location: string;
  sku: string;
  order_number: string | null;
  reference: string | null;
  line: number;
  active: number;
  promised_ship_by: number | null;
}

/**
 * The promises that hold stock of these levels, by levelKey: first promised first (without a date last), then by their place
 * in the log; at most AT_RISK_MAX of each level. Levels on which nothing is promised are absent.
 */
export async function readAtRisk(
  pool: pg.Pool,
  { partition, levels }: { readonly partition: number; readonly levels: readonly { readonly location: string; readonly sku: string }[] },
): Promise<Map<string, AtRisk[]>> {
  if (levels.length === 0) return new Map();
  const { rows } = await pool.query<AtRiskRow>({
    name: 'read-at-risk',
    text: `SELECT asked.location, asked.sku, held.order_number, held.reference, held.line, held.active, held.promised_ship_by
           FROM unnest($2::text[], $3::text[]) AS asked (location, sku) CROSS JOIN LATERAL (
             SELECT l.order_number, NULL::text AS reference, l.line, l.active, o.promised_ship_by, o.place
             FROM order_line l JOIN supply_order o ON o.partition = l.partition AND o.location = l.location AND o.number = l.order_number
             WHERE l.partition = $1 AND l.location = asked.location AND l.sku = asked.sku AND l.active > 0
             UNION ALL
             SELECT r.order_number, r.reference, l.line, l.active, NULL::int8, r.place
             FROM reservation_line l JOIN reservation r ON r.partition = l.partition AND r.location = l.location AND r.reference = l.reference
             WHERE l.partition = $1 AND l.location = asked.location AND l.sku = asked.sku AND l.active > 0
             ORDER BY promised_ship_by NULLS LAST, place, line LIMIT ${AT_RISK_MAX}
           ) AS held`,
    values: [partition, levels.map(({ location }) => location), levels.map(({ sku }) => sku)],
  });
  const found = new Map<string, AtRisk[]>();
  for (const row of rows) {
    const key = levelKey(row.location, row.sku);
    const atRisk: AtRisk = { order: row.order_number, reservation: row.reference, line: row.line, quantity: row.active, promisedShipBy: row.promised_ship_by };
    found.set(key, [...(found.get(key) ?? []), atRisk]);
  }
  return found;
}
