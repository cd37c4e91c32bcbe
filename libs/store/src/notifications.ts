import type { Instant } from '@quayside/contracts';
import type pg from 'pg';

/** A message about an episode to one target, to be sent. */
export interface NewNotification {
  /** The message's id in every try, a function of episode and target: there is one of each. */
  readonly id: string;
  readonly alertId: string;
  /** Name of the target in the configuration. */
  readonly target: string;
  readonly payload: string;
  readonly createdAt: Instant;
}

/** A message that is to be tried now. */
export interface DueNotification {
  readonly partition: number;
  readonly id: string;
  readonly target: string;
  readonly payload: string;
  /** Tries begun, this one too. */
  readonly attempts: number;
}

export type Delivery =
  | { readonly kind: 'sent'; readonly at: Instant }
  /** It is tried again at `nextAt`; null: it is given up. */
  | { readonly kind: 'failed'; readonly error: string; readonly nextAt: Instant | null };

/** Part of a step of alerting: in its transaction, behind its fence. What was told once is never told again. */
export async function insertNotifications(client: pg.PoolClient, partition: number, notifications: readonly NewNotification[]): Promise<void> {
  if (notifications.length === 0) return;
  const column = <T>(read: (notification: NewNotification) => T): T[] => notifications.map(read);
  await client.query({
    name: 'insert-notifications',
    text: `INSERT INTO notification (partition, id, alert_id, target, payload, state, next_at, created_at)
           SELECT $1::int4, id, alert_id, target, payload, 'WAITING', created_at, created_at
           FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int8[]) AS given (id, alert_id, target, payload, created_at)
           ON CONFLICT (partition, id) DO NOTHING`,
    values: [
      partition,
      column(({ id }) => id),
      column(({ alertId }) => alertId),
      column(({ target }) => target),
      column(({ payload }) => payload),
      column(({ createdAt }) => createdAt),
    ],
  });
}

/**
 * Takes messages to a target that are due, for one try each: until `leaseUntil` no other process takes them, and then anybody
 * does, so that a process that dies while it sends leaves nothing unsent.
 */
export async function takeDueNotifications(
  pool: pg.Pool,
  asked: { readonly target: string; readonly now: Instant; readonly leaseUntil: Instant; readonly limit: number },
): Promise<DueNotification[]> {
  const { rows } = await pool.query<DueNotification>({
    name: 'take-due-notifications',
    text: `UPDATE notification SET attempts = notification.attempts + 1, next_at = $3
           FROM (SELECT partition, id FROM notification WHERE state = 'WAITING' AND next_at <= $2 AND target = $1 ORDER BY next_at, id LIMIT $4
                 FOR UPDATE SKIP LOCKED) AS due
           WHERE notification.partition = due.partition AND notification.id = due.id
           RETURNING notification.partition, notification.id, notification.target, notification.payload, notification.attempts`,
    values: [asked.target, asked.now, asked.leaseUntil, asked.limit],
  });
  return rows;
}

/** Writes down what became of a try. A message that another process has sent meanwhile stays sent. */
export async function settleNotification(pool: pg.Pool, { partition, id }: Pick<DueNotification, 'partition' | 'id'>, delivery: Delivery): Promise<void> {
  if (delivery.kind === 'sent') {
    await pool.query({
      name: 'mark-notification-sent',
      text: `UPDATE notification SET state = 'SENT', sent_at = $3, last_error = NULL WHERE partition = $1 AND id = $2`,
      values: [partition, id, delivery.at],
    });
    return;
  }
  await pool.query({
    name: 'mark-notification-failed',
    text: `UPDATE notification SET state = CASE WHEN $4::int8 IS NULL THEN 'FAILED' ELSE 'WAITING' END, next_at = coalesce($4::int8, next_at), last_error = $3
           WHERE partition = $1 AND id = $2 AND state = 'WAITING'`,
    values: [partition, id, delivery.error, delivery.nextAt],
  });
}

/** Gives up what waits for targets that are not among these and was due before a time: nobody will send it. Returns how many. */
export async function giveUpOnTargets(pool: pg.Pool, asked: { readonly known: readonly string[]; readonly dueBefore: Instant }): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'give-up-on-targets',
    text: `UPDATE notification SET state = 'FAILED', last_error = 'Its target is not configured any more'
           WHERE state = 'WAITING' AND next_at < $2 AND NOT (target = ANY ($1::text[]))`,
    values: [asked.known, asked.dueBefore],
  });
  return rowCount ?? 0;
}
