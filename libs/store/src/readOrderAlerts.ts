import { partitionOf, type Alert } from '@quayside/contracts';
import type pg from 'pg';
import { alertFromRow, type AlertEpisodeRow } from './alertEpisodes.js';
import type { OrderKey } from './readOrders.js';

/** Alerts shown of one order, opened last first. */
const ALERTS_MAX = 100;

/** Of each order: alerts about it, and unresolved ones in which it is at risk. In the order asked. */
export async function readOrderAlerts(pool: pg.Pool, keys: readonly OrderKey[]): Promise<(OrderKey & { readonly alerts: readonly Alert[] })[]> {
  const { rows } = await pool.query<AlertEpisodeRow & { index: number }>({
    name: 'read-order-alerts',
    text: `SELECT k.index::int4 AS index, a.* FROM unnest($1::int4[], $2::text[], $3::text[]) WITH ORDINALITY AS k (p, l, n, index)
           CROSS JOIN LATERAL (
             SELECT * FROM alert_episode WHERE partition = k.p AND location = k.l
               AND (order_number = k.n OR (status <> 'RESOLVED' AND kind = 'OVERSOLD' AND at_risk::jsonb @> jsonb_build_array(jsonb_build_object('order', k.n))))
             ORDER BY opened_at DESC, id LIMIT ${ALERTS_MAX}) AS a`,
    values: [keys.map(({ location }) => partitionOf(location)), keys.map(({ location }) => location), keys.map(({ number }) => number)],
  });
  return keys.map((key, index) => ({ ...key, alerts: rows.filter((row) => row.index === index + 1).map(alertFromRow) }));
}
