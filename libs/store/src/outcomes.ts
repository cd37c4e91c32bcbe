import type { Change, ChangeNumber, Hop, Numbered, Outcome } from '@quayside/contracts';
import type pg from 'pg';

/** Events, changes and bytes of outcomes read in one go, whichever comes first; a caller that is further behind reads on. */
export const OUTCOMES_MAX = 2_000;
const CHANGES_MAX = 10_000;
const HOP_BYTES_MAX = 8 * 1024 * 1024;

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
  const { rows } = await pool.query<BoundedRow>({
    name: 'read-outcomes',
    text: bounded('change_count', '"offset" >= $2'),
    values: [partition, from, to, OUTCOMES_MAX, CHANGES_MAX],
  });
  const changes = rows.flatMap(({ offset, outcome }) => numberChanges(offset, JSON.parse(outcome) as Outcome));
  return { changes, upTo: readUpTo(rows, to) };
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
  const { rows } = await pool.query<BoundedRow>({
    name: 'read-hops',
    text: bounded('octet_length(outcome)', '"offset" >= $2 AND hop_count > 0'),
    values: [partition, from, to, OUTCOMES_MAX, HOP_BYTES_MAX],
  });
  const hops = rows.flatMap(({ outcome }) => (JSON.parse(outcome) as Outcome).hops);
  return { hops, upTo: readUpTo(rows, to) };
}

interface BoundedRow {
  readonly offset: number;
  readonly outcome: string;
  /** Events of the page, those left out for their weight too. */
  readonly page: number;
}

/** Outcomes in order, at most $4 events of them and, but for the first, no more than $5 of what is weighed. */
const bounded = (weight: string, which: string): string =>
  `SELECT "offset", outcome, page FROM (
     SELECT "offset", outcome, sum(weight) OVER (ORDER BY "offset") - weight AS before, count(*) OVER () AS page
     FROM (SELECT "offset", outcome, ${weight} AS weight FROM event WHERE partition = $1 AND ${which} AND "offset" < $3 ORDER BY "offset" LIMIT $4) AS found
   ) AS weighed WHERE before < $5 ORDER BY "offset"`;

/** The whole range, when its last page was read to its end. */
function readUpTo(rows: readonly BoundedRow[], to: number): number {
  const last = rows[rows.length - 1];
  if (last === undefined) return to;
  return rows.length === last.page && last.page < OUTCOMES_MAX ? to : last.offset + 1;
}
