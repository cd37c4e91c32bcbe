import type { Alert, ChangeNumber } from '@quayside/contracts';
import type pg from 'pg';
import { EPISODE_COLUMNS } from './alertEpisodes.js';
import { numberColumns, type AlertFence } from './alertFence.js';
import { writeAlertTimers, type TimersChanged } from './alertTimers.js';
import { insertNotifications, type NewNotification } from './notifications.js';

/** One step of alerting in one partition: stored whole, or not at all. */
export interface AlertsCommit {
  readonly partition: number;
  /** The fence as it was when the step was decided: whoever moved it since has made the step void. */
  readonly from: AlertFence;
  /** Offset in `supply.changes` of the record to take next, and the number of the newest change folded. */
  readonly nextOffset: number;
  readonly last: ChangeNumber | null;
  /** Offset in `supply.commands` of the record to take next. */
  readonly commandsOffset: number;
  /** Last version of each episode that changed; at most one unresolved of each fingerprint. */
  readonly episodes: readonly Alert[];
  /** Every new version, in order: what the step tells. It becomes one outcome, numbered (from.outboxNext, place). */
  readonly versions: readonly Alert[];
  readonly timers: TimersChanged;
  readonly notifications: readonly NewNotification[];
}

/** `fence`: as it stands now. `refused`: somebody else has moved the fence, so nothing was written. */
export type AlertsCommitted = { readonly kind: 'committed'; readonly fence: AlertFence } | { readonly kind: 'refused' };

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

async function write(client: pg.PoolClient, commit: AlertsCommit): Promise<AlertsCommitted> {
  const { partition, from, last, nextOffset, commandsOffset, episodes, versions, timers, notifications } = commit;
  // The owners of changes and of commands write the same rows: what one of them decided is void once the other has told something.
  const outboxNext = from.outboxNext + (versions.length === 0 ? 0 : 1);
  const moved = await client.query<{ alerts_offset: number }>({
    name: 'move-alert-fence',
    text: `UPDATE alert_fence SET next_offset = $5, commands_offset = $6, outbox_next = $7, last_offset = $8, last_index = $9
           WHERE partition = $1 AND next_offset = $2 AND commands_offset = $3 AND outbox_next = $4 RETURNING alerts_offset`,
    values: [partition, from.nextOffset, from.commandsOffset, from.outboxNext, nextOffset, commandsOffset, outboxNext, ...numberColumns(last)],
  });
  const [fence] = moved.rows;
  if (fence === undefined) return { kind: 'refused' };
  if (episodes.length > 0) await upsertEpisodes(client, partition, episodes);
  if (versions.length > 0) await insertOutcome(client, { partition, offset: from.outboxNext, versions });
  await writeAlertTimers(client, partition, timers);
  await insertNotifications(client, partition, notifications);
  return { kind: 'committed', fence: { nextOffset, last, commandsOffset, outboxNext, alertsOffset: fence.alerts_offset } };
}

// Resolved episodes go first: the index that allows one unresolved episode a fingerprint looks at each row as it comes.
const UPSERT_EPISODES = `
  INSERT INTO alert_episode (partition, ${EPISODE_COLUMNS})
  SELECT $1::int4, ${EPISODE_COLUMNS}
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::int8[], $15::int8[], $16::int4[], $17::int4[], $18::int8[], $19::text[], $20::int8[], $21::int8[], $22::text[], $23::text[], $24::text[], $25::text[], $26::int4[]) AS given (${EPISODE_COLUMNS})
  ORDER BY status <> 'RESOLVED'
  ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, status = excluded.status, title = excluded.title, explanation = excluded.explanation,
    evidence = excluded.evidence, at_risk = excluded.at_risk, last_seen_at = excluded.last_seen_at, occurrences = excluded.occurrences,
    detection_ms = excluded.detection_ms, acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by,
    snoozed_until = excluded.snoozed_until, resolved_at = excluded.resolved_at, resolved_by = excluded.resolved_by, resolution = excluded.resolution,
    comments = excluded.comments, caused_by = excluded.caused_by, version = excluded.version
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
      column((alert) => alert.order),
      column((alert) => JSON.stringify(alert.atRisk)),
      column((alert) => alert.openedAt),
      column((alert) => alert.lastSeenAt),
      column((alert) => alert.occurrences),
      column((alert) => alert.detectionMs),
      column((alert) => alert.acknowledgedAt),
      column((alert) => alert.acknowledgedBy),
      column((alert) => alert.snoozedUntil),
      column((alert) => alert.resolvedAt),
      column((alert) => alert.resolvedBy),
      column((alert) => alert.resolution),
      column((alert) => JSON.stringify(alert.comments)),
      column((alert) => JSON.stringify(alert.causedBy)),
      column((alert) => alert.version),
    ],
  });
  // Behind the fence no newer version can stand there already: this step was decided on something that was not true.
  if (rowCount !== episodes.length)
    throw new Error(`Partition ${partition}: only ${rowCount} of ${episodes.length} alert episodes are newer than what is stored`);
}

interface Told {
  readonly partition: number;
  readonly offset: number;
  readonly versions: readonly Alert[];
}

async function insertOutcome(client: pg.PoolClient, { partition, offset, versions }: Told): Promise<void> {
  await client.query({
    name: 'insert-alert-outcome',
    text: 'INSERT INTO alert_outcome (partition, "offset", alerts) VALUES ($1, $2, $3)',
    values: [partition, offset, JSON.stringify(versions)],
  });
}
