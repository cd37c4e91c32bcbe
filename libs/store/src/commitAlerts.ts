import type { Alert, ChangeNumber } from '@quayside/contracts';
import type pg from 'pg';
import { EPISODE_COLUMNS, type AlertOutcome } from './alertEpisodes.js';

/** Where alerting stands in a partition of `supply.changes`, and in its own outbox. */
export interface AlertFence {
  /** Offset in `supply.changes` of the record to take next. */
  readonly nextOffset: number;
  /** Number of the newest change folded; null before the first. */
  readonly last: ChangeNumber | null;
  /** Outcomes below this offset are in `supply.alerts`. */
  readonly alertsOffset: number;
}

/** One step of alerting in one partition: stored whole, or not at all. */
export interface AlertsCommit {
  readonly partition: number;
  /** The fence's nextOffset as it was when the step was decided. */
  readonly from: number;
  readonly to: number;
  readonly last: ChangeNumber | null;
  /** Last version of each episode that changed; at most one unresolved of each fingerprint. */
  readonly episodes: readonly Alert[];
  /** Only records that changed an alert, in order. */
  readonly outcomes: readonly AlertOutcome[];
}

/** `alertsOffset` is what has been published so far. `refused`: somebody else has moved the fence, so nothing was written. */
export type AlertsCommitted = { readonly kind: 'committed'; readonly alertsOffset: number } | { readonly kind: 'refused' };

/**
 * Stores a step of alerting in one transaction whose only lock is the fence row (architecture.md, "A batch"). Rejects with
 * the database's error; when the connection was lost the outcome is unknown, and the caller reads the fence again.
 */
export async function commitAlerts(pool: pg.Pool, commit: AlertsCommit): Promise<AlertsCommitted> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const answer = await write(client, commit);
    await client.query(answer.kind === 'committed' ? 'COMMIT' : 'ROLLBACK');
    broken = false;
    return answer;
  } finally {
    // After an error the connection's state is unknown: it is closed, which also ends its transaction.
    client.release(broken);
  }
}

/** The fence of a partition, made at the beginning of the log where there was none. */
export async function startAlertFence(pool: pg.Pool, partition: number): Promise<AlertFence> {
  await pool.query(
    `INSERT INTO alert_fence (partition, next_offset, last_offset, last_index, alerts_offset)
     VALUES ($1, 0, $2, $3, 0) ON CONFLICT (partition) DO NOTHING`,
    [partition, NONE, NONE],
  );
  const fence = await readAlertFence(pool, partition);
  if (fence === null) throw new Error(`The alert fence of partition ${partition} was deleted while it was being started`);
  return fence;
}

/** Null for a partition that alerting never started. */
export async function readAlertFence(pool: pg.Pool, partition: number): Promise<AlertFence | null> {
  const { rows } = await pool.query<FenceRow>({
    name: 'read-alert-fence',
    text: 'SELECT next_offset, last_offset, last_index, alerts_offset FROM alert_fence WHERE partition = $1',
    values: [partition],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const last: ChangeNumber | null = row.last_offset === NONE ? null : [row.last_offset, row.last_index];
  return { nextOffset: row.next_offset, last, alertsOffset: row.alerts_offset };
}

/** Outcomes below `to` are in `supply.alerts`. Never goes back: a slower owner must not make them be sent again for ever. */
export async function advanceAlerts(relaxedPool: pg.Pool, partition: number, to: number): Promise<void> {
  await relaxedPool.query({
    name: 'advance-alerts',
    text: 'UPDATE alert_fence SET alerts_offset = GREATEST(alerts_offset, $2) WHERE partition = $1',
    values: [partition, to],
  });
}

/** Stands in the fence row for "no change yet". */
const NONE = -1;

interface FenceRow {
  next_offset: number;
  last_offset: number;
  last_index: number;
  alerts_offset: number;
}

async function write(client: pg.PoolClient, commit: AlertsCommit): Promise<AlertsCommitted> {
  const { partition, from, to, last, episodes, outcomes } = commit;
  // A step without alerts owes nothing to the outbox: where all before it is published, that position moves along.
  const moved = await client.query<{ alerts_offset: number }>({
    name: 'move-alert-fence',
    text: `UPDATE alert_fence SET next_offset = $3, last_offset = $4, last_index = $5,
             alerts_offset = CASE WHEN alerts_offset = next_offset AND $6::boolean THEN $3 ELSE alerts_offset END
           WHERE partition = $1 AND next_offset = $2 RETURNING alerts_offset`,
    values: [partition, from, to, last?.[0] ?? NONE, last?.[1] ?? NONE, outcomes.length === 0],
  });
  const [fence] = moved.rows;
  if (fence === undefined) return { kind: 'refused' };
  if (episodes.length > 0) await upsertEpisodes(client, partition, episodes);
  if (outcomes.length > 0) await insertOutcomes(client, partition, outcomes);
  return { kind: 'committed', alertsOffset: fence.alerts_offset };
}

// Resolved episodes go first: the index that allows one unresolved episode a fingerprint looks at each row as it comes.
const UPSERT_EPISODES = `
  INSERT INTO alert_episode (partition, ${EPISODE_COLUMNS})
  SELECT $1::int4, ${EPISODE_COLUMNS}
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int8[],
    $13::int8[], $14::int4[], $15::int4[], $16::int8[], $17::text[], $18::text[], $19::int4[]) AS given (${EPISODE_COLUMNS})
  ORDER BY status <> 'RESOLVED'
  ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, status = excluded.status, title = excluded.title, explanation = excluded.explanation,
    evidence = excluded.evidence, last_seen_at = excluded.last_seen_at, occurrences = excluded.occurrences, detection_ms = excluded.detection_ms,
    resolved_at = excluded.resolved_at, resolution = excluded.resolution, caused_by = excluded.caused_by, version = excluded.version
  WHERE alert_episode.version < excluded.version`;

async function upsertEpisodes(client: pg.PoolClient, partition: number, episodes: readonly Alert[]): Promise<void> {
  const column = <T>(read: (alert: Alert) => T): T[] => episodes.map(read);
  const { rowCount } = await client.query({
    name: 'upsert-alert-episodes',
    text: UPSERT_EPISODES,
    values: [
      partition,
      column((alert) => alert.id),
      column((alert) => alert.fingerprint),
      column((alert) => alert.kind),
      column((alert) => alert.severity),
      column((alert) => alert.status),
      column((alert) => alert.title),
      column((alert) => alert.explanation),
      column((alert) => JSON.stringify(alert.evidence)),
      column((alert) => alert.location),
      column((alert) => alert.sku),
      column((alert) => alert.openedAt),
      column((alert) => alert.lastSeenAt),
      column((alert) => alert.occurrences),
      column((alert) => alert.detectionMs),
      column((alert) => alert.resolvedAt),
      column((alert) => alert.resolution),
      column((alert) => JSON.stringify(alert.causedBy)),
      column((alert) => alert.version),
    ],
  });
  // Behind the fence no newer version can stand there already: this step was decided on something that was not true.
  if (rowCount !== episodes.length)
    throw new Error(`Partition ${partition}: only ${rowCount} of ${episodes.length} alert episodes are newer than what is stored`);
}

async function insertOutcomes(client: pg.PoolClient, partition: number, outcomes: readonly AlertOutcome[]): Promise<void> {
  await client.query({
    name: 'insert-alert-outcomes',
    text: 'INSERT INTO alert_outcome (partition, "offset", alerts) SELECT $1::int4, * FROM unnest($2::int8[], $3::text[])',
    values: [partition, outcomes.map(({ offset }) => offset), outcomes.map(({ alerts }) => JSON.stringify(alerts))],
  });
}
