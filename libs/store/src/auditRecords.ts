import type pg from 'pg';
import type { AuditNotice, RecordFinding } from './auditFinding.js';

/** Records [from, to) of a partition, all below its fence. */
export interface RecordRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}
/** How many records of a partition became what. */
export interface RecordCounts {
  readonly nextOffset: number;
  readonly changesOffset: number;
  readonly hopsOffset: number;
  readonly applied: number;
  readonly quarantined: number;
  /** Quarantined records that a decision let through: each has an identity beside the decision's own, and one event. */
  readonly released: number;
  readonly repeats: number;
  /** Records that an operator has given up (operator_decision). */
  readonly lost: number;
  readonly appliedKeys: number;
  /** Greatest offset with an effect; null before the first. */
  readonly highest: number | null;
}

/** Counts a partition. `client` holds the snapshot that is audited. */
export async function countRecords(client: pg.PoolClient, partition: number): Promise<RecordCounts> {
  const { rows } = await client.query<CountRow>({
    name: 'count-records',
    text: `SELECT coalesce(f.next_offset, 0) AS next_offset, coalesce(f.changes_offset, 0) AS changes_offset, coalesce(f.hops_offset, 0) AS hops_offset, e.applied, q.quarantined, q.released, k.repeats, k.applied_keys, d.lost, greatest(e.highest, q.highest) AS highest
           FROM (SELECT count(*) AS applied, max("offset") AS highest FROM event WHERE partition = $1) AS e
           CROSS JOIN (SELECT count(*) AS quarantined, count(*) FILTER (WHERE state = 'RELEASED') AS released, max("offset") AS highest FROM quarantine WHERE partition = $1) AS q
           CROSS JOIN (SELECT coalesce(sum(repeats), 0)::bigint AS repeats, count(*) FILTER (WHERE state IN ('APPLIED', 'VOIDED')) AS applied_keys FROM event_key WHERE partition = $1) AS k
           CROSS JOIN (SELECT coalesce(sum(to_offset - from_offset), 0)::bigint AS lost FROM operator_decision WHERE partition = $1) AS d
           LEFT JOIN fence f ON f.partition = $1`,
    values: [partition],
  });
  const row = rows[0];
  if (row === undefined) throw new Error(`The records of partition ${partition} could not be counted`);
  const { next_offset: nextOffset, changes_offset: changesOffset, hops_offset: hopsOffset, applied_keys: appliedKeys, ...same } = row;
  return { ...same, nextOffset, changesOffset, hopsOffset, appliedKeys };
}

interface CountRow {
  next_offset: number;
  changes_offset: number;
  hops_offset: number;
  applied: number;
  quarantined: number;
  released: number;
  repeats: number;
  lost: number;
  applied_keys: number;
  highest: number | null;
}

/** Whether the counts add up: each record below the fence was applied, set aside or a repeat, and nothing stands above it. */
export function judgeCounts(partition: number, counts: RecordCounts): RecordFinding[] {
  const { nextOffset, changesOffset, hopsOffset, applied, quarantined, released, repeats, lost, appliedKeys, highest } = counts;
  const findings: RecordFinding[] = [];
  if (applied + quarantined + repeats + lost !== nextOffset) findings.push({ kind: 'RECORDS_ACCOUNTED', partition, nextOffset, applied, quarantined, repeats });
  if (appliedKeys !== applied + released) findings.push({ kind: 'KEYS_WITHOUT_EVENT', partition, keys: appliedKeys, events: applied, released });
  if (highest !== null && highest >= nextOffset) findings.push({ kind: 'ABOVE_FENCE', partition, offset: highest, nextOffset });
  if (changesOffset > nextOffset) findings.push({ kind: 'PUBLISHED_AHEAD', partition, stream: 'changes', published: changesOffset, nextOffset });
  if (hopsOffset > nextOffset) findings.push({ kind: 'PUBLISHED_AHEAD', partition, stream: 'hops', published: hopsOffset, nextOffset });
  return findings;
}

/** What is wrong with the events and the quarantined records of a range, and which ids another partition has applied too. */
export async function auditRecords(
  client: pg.PoolClient,
  range: RecordRange,
): Promise<{ readonly findings: readonly RecordFinding[]; readonly notices: readonly AuditNotice[] }> {
  return {
    findings: [...(await findEventsWithoutKey(client, range)), ...(await findQuarantineWithoutKey(client, range)), ...(await findWrongCounts(client, range))],
    notices: await findPairs(client, range),
  };
}

/** A released event keeps the identity of the place where it was set aside. */
async function findEventsWithoutKey(client: pg.PoolClient, { partition, from, to }: RecordRange): Promise<RecordFinding[]> {
  const { rows } = await client.query<{ offset: number; source: string; id: string }>({
    name: 'events-without-key',
    text: `SELECT e."offset", e.source, e.id FROM event e
           LEFT JOIN event_key k ON k.partition = e.partition AND k.source = e.source AND k.id = e.id AND k.state IN ('APPLIED', 'VOIDED')
             AND (k."offset" = e."offset" OR EXISTS (SELECT 1 FROM quarantine q WHERE q.partition = k.partition AND q."offset" = k."offset" AND q.decided_offset = e."offset"))
           WHERE e.partition = $1 AND e."offset" >= $2 AND e."offset" < $3 AND k.id IS NULL ORDER BY e."offset"`,
    values: [partition, from, to],
  });
  return rows.map((row) => ({ kind: 'EVENT_WITHOUT_KEY', partition, ...row }));
}

/** What the rules set aside keeps its identity; what was unreadable never had one, and a conflict's belongs to the other. */
async function findQuarantineWithoutKey(client: pg.PoolClient, { partition, from, to }: RecordRange): Promise<RecordFinding[]> {
  const { rows } = await client.query<{ offset: number; source: string; id: string }>({
    name: 'quarantine-without-key',
    text: `SELECT q."offset", q.source, q.id FROM quarantine q
           LEFT JOIN event_key k ON k.partition = q.partition AND k.source = q.source AND k.id = q.id
           WHERE q.partition = $1 AND q."offset" >= $2 AND q."offset" < $3 AND q.id IS NOT NULL AND k.id IS NULL ORDER BY q."offset"`,
    values: [partition, from, to],
  });
  return rows.map((row) => ({ kind: 'QUARANTINE_WITHOUT_KEY', partition, ...row }));
}

/** Numbers of changes are (offset, place), and what is owed is found by these counts: they have to say what the outcome holds. */
async function findWrongCounts(client: pg.PoolClient, { partition, from, to }: RecordRange): Promise<RecordFinding[]> {
  const { rows } = await client.query<{ offset: number; said: number; stored: number; hops_said: number; hops_stored: number }>({
    name: 'wrong-outcome-counts',
    text: `SELECT * FROM (
             SELECT "offset", change_count AS said, json_array_length(outcome::json -> 'changes') AS stored, hop_count AS hops_said, json_array_length(outcome::json -> 'hops') AS hops_stored
             FROM event WHERE partition = $1 AND "offset" >= $2 AND "offset" < $3) AS counted
           WHERE said <> stored OR hops_said <> hops_stored ORDER BY "offset"`,
    values: [partition, from, to],
  });
  return rows.map((row) =>
    row.said === row.stored
      ? { kind: 'OUTCOME_COUNT', partition, offset: row.offset, of: 'hops', said: row.hops_said, stored: row.hops_stored }
      : { kind: 'OUTCOME_COUNT', partition, offset: row.offset, of: 'changes', said: row.said, stored: row.stored },
  );
}

/** One id at two locations has taken effect twice: each pair once, by the smaller partition. */
async function findPairs(client: pg.PoolClient, { partition, from, to }: RecordRange): Promise<AuditNotice[]> {
  const { rows } = await client.query<{ source: string; id: string; other: number }>({
    name: 'ids-at-two-partitions',
    text: `SELECT e.source, e.id, o.partition AS other FROM event e JOIN event o ON o.source = e.source AND o.id = e.id AND o.partition > e.partition
           WHERE e.partition = $1 AND e."offset" >= $2 AND e."offset" < $3 ORDER BY e."offset"`,
    values: [partition, from, to],
  });
  return rows.map(({ source, id, other }) => ({ kind: 'ID_AT_TWO_PARTITIONS', source, id, partitions: [partition, other] }));
}
