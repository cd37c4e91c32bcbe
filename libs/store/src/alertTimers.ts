import type { Instant } from '@quayside/contracts';
import type pg from 'pg';

/** A time at which alerting has to look again; one a fingerprint. */
export interface StoredTimer {
  readonly fingerprint: string;
  readonly dueAt: Instant;
  /** What alerting needs then; a text of its own. */
  readonly content: string;
}

/** What a step does to timers: sets these, takes those of these fingerprints away. */
export interface TimersChanged {
  readonly set: readonly StoredTimer[];
  readonly cleared: readonly string[];
}

/** Timers fired in one go: bounds the step; the rest is due at once again. */
export const DUE_TIMERS_MAX = 200;

/** The timers of these fingerprints, where there are any. In no order. */
export async function readAlertTimers(pool: pg.Pool, asked: { readonly partition: number; readonly fingerprints: readonly string[] }): Promise<StoredTimer[]> {
  const { rows } = await pool.query<StoredTimer>({
    name: 'read-alert-timers',
    text: `SELECT ${TIMER_COLUMNS} FROM alert_timer WHERE partition = $1 AND fingerprint = ANY ($2::text[])`,
    values: [asked.partition, asked.fingerprints],
  });
  return rows;
}

/** Timers that are due at a time, first due first, at most DUE_TIMERS_MAX of them. */
export async function readDueTimers(pool: pg.Pool, partition: number, now: Instant): Promise<StoredTimer[]> {
  const { rows } = await pool.query<StoredTimer>({
    name: 'read-due-timers',
    text: `SELECT ${TIMER_COLUMNS} FROM alert_timer WHERE partition = $1 AND due_at <= $2 ORDER BY due_at, fingerprint LIMIT ${DUE_TIMERS_MAX}`,
    values: [partition, now],
  });
  return rows;
}

/** When the next timer of a partition is due; null without any. */
export async function readNextDue(pool: pg.Pool, partition: number): Promise<Instant | null> {
  const { rows } = await pool.query<{ next: Instant | null }>({
    name: 'read-next-due',
    text: 'SELECT min(due_at) AS next FROM alert_timer WHERE partition = $1',
    values: [partition],
  });
  return rows[0]?.next ?? null;
}

/** Part of a step of alerting: in its transaction, behind its fence. */
export async function writeAlertTimers(client: pg.PoolClient, partition: number, { set, cleared }: TimersChanged): Promise<void> {
  if (cleared.length > 0) {
    await client.query({
      name: 'clear-alert-timers',
      text: 'DELETE FROM alert_timer WHERE partition = $1 AND fingerprint = ANY ($2::text[])',
      values: [partition, cleared],
    });
  }
  if (set.length > 0) {
    await client.query({
      name: 'set-alert-timers',
      text: `INSERT INTO alert_timer (partition, fingerprint, due_at, content) SELECT $1::int4, * FROM unnest($2::text[], $3::int8[], $4::text[])
             ON CONFLICT (partition, fingerprint) DO UPDATE SET due_at = excluded.due_at, content = excluded.content`,
      values: [partition, set.map(({ fingerprint }) => fingerprint), set.map(({ dueAt }) => dueAt), set.map(({ content }) => content)],
    });
  }
}

const TIMER_COLUMNS = 'fingerprint, due_at AS "dueAt", content';
