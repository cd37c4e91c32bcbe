import type { Alert, AlertKind, AlertResolution, AlertSeverity, AlertStatus, ChangeNumber } from '@quayside/contracts';
import type pg from 'pg';

/** The newest episode of each of these fingerprints, where there is one: the unresolved one, else the one that may open again. In no order. */
export async function readAlertEpisodes(pool: pg.Pool, asked: { readonly partition: number; readonly fingerprints: readonly string[] }): Promise<Alert[]> {
  const { rows } = await pool.query<AlertEpisodeRow>({
    name: 'read-alert-episodes',
    text: `SELECT newest.* FROM unnest($2::text[]) AS asked (fingerprint) CROSS JOIN LATERAL (
             SELECT ${EPISODE_COLUMNS} FROM alert_episode
             WHERE partition = $1 AND alert_episode.fingerprint = asked.fingerprint ORDER BY opened_at DESC LIMIT 1) AS newest`,
    values: [asked.partition, asked.fingerprints],
  });
  return rows.map(alertFromRow);
}

/** What one commit of alerting told: alerts in order, each new version of each. Their numbers are (offset, place); offsets count commits. */
export interface AlertOutcome {
  readonly offset: number;
  readonly alerts: readonly Alert[];
}

/** Outcomes, and characters of them, read in one go, whichever comes first: the rest of a long stretch is read on. */
export const ALERT_OUTCOMES_MAX = 500;
const OUTCOME_CHARACTERS_MAX = 8 * 1024 * 1024;

export interface AlertOutcomesRead {
  readonly outcomes: readonly AlertOutcome[];
  /** Everything below is read; equal to `to` when the range is done. */
  readonly upTo: number;
}

/** What was told at the positions of the outbox in [from, to), in order, at most ALERT_OUTCOMES_MAX of them. */
export async function readAlertOutcomes(
  pool: pg.Pool,
  asked: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<AlertOutcomesRead> {
  const { rows } = await pool.query<{ offset: number; alerts: string; page: number }>({
    name: 'read-alert-outcomes',
    text: `SELECT "offset", alerts, page FROM (
             SELECT "offset", alerts, sum(length(alerts)) OVER (ORDER BY "offset") - length(alerts) AS before, count(*) OVER () AS page
             FROM (SELECT "offset", alerts FROM alert_outcome WHERE partition = $1 AND "offset" >= $2 AND "offset" < $3 ORDER BY "offset" LIMIT $4) AS found
           ) AS weighed WHERE before < $5 ORDER BY "offset"`,
    values: [asked.partition, asked.from, asked.to, ALERT_OUTCOMES_MAX, OUTCOME_CHARACTERS_MAX],
  });
  const outcomes = rows.map(({ offset, alerts }) => ({ offset, alerts: JSON.parse(alerts) as Alert[] }));
  const last = rows[rows.length - 1];
  const isWhole = last === undefined || (rows.length === last.page && last.page < ALERT_OUTCOMES_MAX);
  return { outcomes, upTo: isWhole ? asked.to : last.offset + 1 };
}

/** Number of the last alert below a position of the outbox: the `after` of what follows. Null when there is none. */
export async function readAlertNumberBefore(pool: pg.Pool, partition: number, offset: number): Promise<ChangeNumber | null> {
  const { rows } = await pool.query<{ offset: number; alert_count: number }>({
    name: 'read-alert-number-before',
    text: `SELECT "offset", json_array_length(alerts::json) AS alert_count FROM alert_outcome
           WHERE partition = $1 AND "offset" < $2 ORDER BY "offset" DESC LIMIT 1`,
    values: [partition, offset],
  });
  const [row] = rows;
  return row === undefined ? null : [row.offset, row.alert_count - 1];
}

/** Columns of `alert_episode` beside its partition, in the order in which commitAlerts writes them. */
export const EPISODE_COLUMNS =
  'id, fingerprint, kind, severity, status, title, explanation, evidence, location, sku, order_number, at_risk, opened_at, last_seen_at, occurrences, detection_ms, acknowledged_at, acknowledged_by, snoozed_until, resolved_at, resolved_by, resolution, comments, caused_by, version';

/** A row of `alert_episode` as the pool gives it. */
export interface AlertEpisodeRow {
  id: string;
  fingerprint: string;
  kind: string;
  severity: string;
  status: string;
  title: string;
  explanation: string;
  evidence: string;
  location: string | null;
  sku: string | null;
  order_number: string | null;
  at_risk: string;
  opened_at: number;
  last_seen_at: number;
  occurrences: number;
  detection_ms: number;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  snoozed_until: number | null;
  resolved_at: number | null;
  resolved_by: string | null;
  resolution: string | null;
  comments: string;
  caused_by: string;
  version: number;
}

/** Reads an episode back. Only commitAlerts writes these rows, so their words are ours. */
export function alertFromRow(row: AlertEpisodeRow): Alert {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    kind: row.kind as AlertKind,
    severity: row.severity as AlertSeverity,
    status: row.status as AlertStatus,
    title: row.title,
    explanation: row.explanation,
    evidence: JSON.parse(row.evidence) as Alert['evidence'],
    location: row.location,
    sku: row.sku,
    order: row.order_number,
    atRisk: JSON.parse(row.at_risk) as Alert['atRisk'],
    openedAt: row.opened_at,
    lastSeenAt: row.last_seen_at,
    occurrences: row.occurrences,
    detectionMs: row.detection_ms,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    snoozedUntil: row.snoozed_until,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    resolution: row.resolution as AlertResolution | null,
    comments: JSON.parse(row.comments) as Alert['comments'],
    causedBy: JSON.parse(row.caused_by) as Alert['causedBy'],
    version: row.version,
  };
}
