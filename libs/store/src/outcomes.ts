import type { Change, ChangeNumber, Hop, Numbered, Outcome } from '@quayside/contracts';
import type pg from 'pg';

/** Outcomes read in one go; a caller that is further behind reads on. */
export const OUTCOMES_MAX = 2_000;

export interface OutcomeRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}
export interface OutcomesRead {
  readonly changes: readonly Numbered<Change>[];
  /** Everything below is read; equal to `to` when the range is done. */
  readonly upTo: number;
}

/** Changes of the events in [from, to), in order, at most OUTCOMES_MAX events of them. Read from the primary. */
export async function readOutcomes(pool: pg.Pool, { partition, from, to }: OutcomeRange): Promise<OutcomesRead> {
  const { rows } = await pool.query<{ offset: number; outcome: string }>({
    name: 'read-outcomes',
    text: 'SELECT "offset", outcome FROM event WHERE partition = $1 AND "offset" >= $2 AND "offset" < $3 ORDER BY "offset" LIMIT $4',
    values: [partition, from, to, OUTCOMES_MAX],
  });
  const changes = rows.flatMap(({ offset, outcome }) => numberChanges(offset, JSON.parse(outcome) as Outcome));
  const last = rows[rows.length - 1];
  return { changes, upTo: rows.length < OUTCOMES_MAX || last === undefined ? to : last.offset + 1 };
}

/** Number of the last change before an offset; null when there is none. */
export async function readNumberBefore(pool: pg.Pool, partition: number, offset: number): Promise<ChangeNumber | null> {
  const { rows } = await pool.query<{ offset: number; change_count: number }>({
    name: 'read-number-before',
    text: 'SELECT "offset", change_count FROM event WHERE partition = $1 AND "offset" < $2 AND change_count > 0 ORDER BY "offset" DESC LIMIT 1',
    values: [partition, offset],
  });
  const row = rows[0];
  return row === undefined ? null : [row.offset, row.change_count - 1];
}

/** Changes of one event with their numbers. */
export function numberChanges(offset: number, outcome: Outcome): Numbered<Change>[] {
  return outcome.changes.map((what, index) => ({ at: [offset, index], what }));
}

/** Hops that the events in [from, to) owe, in order, at most OUTCOMES_MAX events of them. */
export async function readHops(pool: pg.Pool, { partition, from, to }: OutcomeRange): Promise<{ readonly hops: readonly Hop[]; readonly upTo: number }> {
  const { rows } = await pool.query<{ offset: number; outcome: string }>({
    name: 'read-hops',
    text: 'SELECT "offset", outcome FROM event WHERE partition = $1 AND "offset" >= $2 AND "offset" < $3 AND hop_count > 0 ORDER BY "offset" LIMIT $4',
    values: [partition, from, to, OUTCOMES_MAX],
  });
  const hops = rows.flatMap(({ outcome }) => (JSON.parse(outcome) as Outcome).hops);
  const last = rows[rows.length - 1];
  return { hops, upTo: rows.length < OUTCOMES_MAX || last === undefined ? to : last.offset + 1 };
}
