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

/** What one record of `supply.changes` did: alerts in order, each new version of each. Their numbers are (offset, place). */
export interface AlertOutcome {
  readonly offset: number;
  readonly alerts: readonly Alert[];
}

/** Outcomes read in one go: the rest of a long stretch is read on. */
export const ALERT_OUTCOMES_MAX = 500;

export interface AlertOutcomesRead {
  readonly outcomes: readonly AlertOutcome[];
  /** Everything below is read; equal to `to` when the range is done. */
  readonly upTo: number;
}

/** What was decided at the records of `supply.changes` in [from, to), in order, at most ALERT_OUTCOMES_MAX of them. */
export async function readAlertOutcomes(
  pool: pg.Pool,
  asked: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<AlertOutcomesRead> {
  const { rows } = await pool.query<{ offset: number; alerts: string }>({
    name: 'read-alert-outcomes',
    text: 'SELECT "offset", alerts FROM alert_outcome WHERE partition = $1 AND "offset" >= $2 AND "offset" < $3 ORDER BY "offset" LIMIT $4',
    values: [asked.partition, asked.from, asked.to, ALERT_OUTCOMES_MAX],
  });
  const outcomes = rows.map(({ offset, alerts }) => ({ offset, alerts: JSON.parse(alerts) as Alert[] }));
  const last = outcomes[outcomes.length - 1];
  return { outcomes, upTo: outcomes.length < ALERT_OUTCOMES_MAX || last === undefined ? asked.to : last.offset + 1 };
}

/** Number of the last alert below an offset of `supply.changes`: the `after` of what follows. Null when there is none. */
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
  'id, fingerprint, kind, severity, status, title, explanation, evidence, location, sku, opened_at, last_seen_at, occurrences, detection_ms, resolved_at, resolution, caused_by, version';

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
  location: string;
  sku: string;
  opened_at: number;
  last_seen_at: number;
  occurrences: number;
  detection_ms: number;
  resolved_at: number | null;
  resolution: string | null;
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
    openedAt: row.opened_at,
    lastSeenAt: row.last_seen_at,
    occurrences: row.occurrences,
    detectionMs: row.detection_ms,
    resolvedAt: row.resolved_at,
    resolution: row.resolution as AlertResolution | null,
    causedBy: JSON.parse(row.caused_by) as Alert['causedBy'],
    version: row.version,
  };
}
