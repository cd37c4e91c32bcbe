import { partitionOf, type Alert, type AlertKind, type AlertSeverity, type AlertStatus, type Instant } from '@quayside/contracts';
import type pg from 'pg';
import { alertFromRow, type AlertEpisodeRow } from './alertEpisodes.js';
import { SqlConditions } from './sqlConditions.js';

/** Which episodes; null asks nothing, an empty list matches nothing. Times are from (included) and to (not included). */
export interface AlertFilter {
  readonly kinds: readonly AlertKind[] | null;
  readonly severities: readonly AlertSeverity[] | null;
  readonly statuses: readonly AlertStatus[] | null;
  readonly skus: readonly string[] | null;
  readonly locations: readonly string[] | null;
  readonly openedFrom: Instant | null;
  readonly openedTo: Instant | null;
}
export type AlertPlace = Pick<Alert, 'openedAt' | 'id'>;
export interface OpenAlerts {
  readonly open: number;
  readonly acknowledged: number;
  readonly snoozed: number;
  readonly critical: number;
  readonly warning: number;
}

/** One page of episodes, opened last first, by keyset. */
export async function findAlerts(pool: pg.Pool, { filter, after, limit }: { filter: AlertFilter; after: AlertPlace | null; limit: number }): Promise<Alert[]> {
  const conditions = conditionsOf(filter);
  if (after !== null) {
    const at = conditions.place(after.openedAt);
    conditions.addIf(true, `opened_at <= ${at} AND (opened_at < ${at} OR id > ${conditions.place(after.id)})`);
  }
  const limited = conditions.place(limit);
  const { rows } = await pool.query<AlertEpisodeRow>(
    `SELECT * FROM alert_episode ${conditions.where()} ORDER BY opened_at DESC, id LIMIT ${limited}`,
    conditions.values,
  );
  return rows.map(alertFromRow);
}

/** How many episodes there are, counted up to `max`; null beyond. */
export async function countAlerts(pool: pg.Pool, filter: AlertFilter, max: number): Promise<number | null> {
  const conditions = conditionsOf(filter);
  const limited = conditions.place(max + 1);
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM alert_episode ${conditions.where()} LIMIT ${limited}) AS counted`,
    conditions.values,
  );
  const count = rows[0]?.count ?? 0;
  return count > max ? null : count;
}

/** Open, acknowledged and snoozed episodes that the filter matches, whatever statuses it names; how many of the open ones are critical or a warning. */
export async function countOpenAlerts(pool: pg.Pool, filter: AlertFilter): Promise<OpenAlerts> {
  const conditions = conditionsOf({ ...filter, statuses: ['OPEN', 'ACKNOWLEDGED', 'SNOOZED'] });
  const { rows } = await pool.query<OpenAlerts>(
    `SELECT count(*) FILTER (WHERE status = 'OPEN') AS open, count(*) FILTER (WHERE status = 'ACKNOWLEDGED') AS acknowledged,
       count(*) FILTER (WHERE status = 'SNOOZED') AS snoozed, count(*) FILTER (WHERE status = 'OPEN' AND severity = 'CRITICAL') AS critical,
       count(*) FILTER (WHERE status = 'OPEN' AND severity = 'WARNING') AS warning
     FROM alert_episode ${conditions.where()}`,
    conditions.values,
  );
  return rows[0] ?? { open: 0, acknowledged: 0, snoozed: 0, critical: 0, warning: 0 };
}

/** Episodes by kind that were opened since then in these locations (null: all); kinds without any are absent. */
export async function countAlertsByKind(
  pool: pg.Pool,
  { since, locations }: { since: Instant; locations: readonly string[] | null },
): Promise<Map<AlertKind, number>> {
  const conditions = new SqlConditions().add('opened_at >= ?', since).add('location = ANY (?::text[])', locations);
  const { rows } = await pool.query<{ kind: AlertKind; count: number }>(
    `SELECT kind, count(*) AS count FROM alert_episode ${conditions.where()} GROUP BY kind`,
    conditions.values,
  );
  return new Map(rows.map(({ kind, count }) => [kind, count]));
}

/** Episodes by id, in no order; those that do not exist are absent. */
export async function readAlerts(pool: pg.Pool, ids: readonly string[]): Promise<Alert[]> {
  const { rows } = await pool.query<AlertEpisodeRow>({ name: 'read-alerts', text: 'SELECT * FROM alert_episode WHERE id = ANY ($1::text[])', values: [ids] });
  return rows.map(alertFromRow);
}

function conditionsOf(filter: AlertFilter): SqlConditions {
  const { kinds, severities, statuses, skus, locations, openedFrom, openedTo } = filter;
  return new SqlConditions()
    .add('kind = ANY (?::text[])', kinds)
    .add('severity = ANY (?::text[])', severities)
    .add('status = ANY (?::text[])', statuses)
    .add('sku = ANY (?::text[])', skus)
    .add('location = ANY (?::text[])', locations)
    .add('partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))])
    .add('opened_at >= ?', openedFrom)
    .add('opened_at < ?', openedTo);
}
