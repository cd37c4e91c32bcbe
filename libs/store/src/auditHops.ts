import { partitionOf, type Outcome } from '@quayside/contracts';
import type pg from 'pg';
import type { AuditNotice, RecordFinding } from './auditFinding.js';
import type { RecordRange } from './auditRecords.js';
import { readFences } from './fence.js';

/** A hop that is in an outcome and not among what its target has taken. */
export interface MissingHop {
  readonly partition: number;
  readonly offset: number;
  readonly target: number;
  readonly source: string;
  readonly id: string;
  /** Below hops_offset: it is in the log. */
  readonly isSent: boolean;
}

/** Hops looked into at the end; more are under way only where whole partitions stand still. */
export const MISSING_HOPS_MAX = 10_000;
/** A log that is read at all is read to an end of the recent past within this time. */
const SETTLE_MS_MAX = 5_000;
const LOOK_MS = 100;

/** Hops of the events of a range that their targets have not taken, in the snapshot of the client. */
export async function findMissingHops(client: pg.PoolClient, { partition, from, to }: RecordRange, hopsOffset: number): Promise<MissingHop[]> {
  const { rows } = await client.query<{ offset: number; outcome: string }>({
    name: 'events-with-hops',
    text: 'SELECT "offset", outcome FROM event WHERE partition = $1 AND "offset" >= $2 AND "offset" < $3 AND hop_count > 0 ORDER BY "offset"',
    values: [partition, from, to],
  });
  const hops = rows.flatMap(({ offset, outcome }) =>
    (JSON.parse(outcome) as Outcome).hops.map(({ location, envelope }) => ({
      partition,
      offset,
      target: partitionOf(location),
      source: envelope.event.source,
      id: envelope.event.id,
      isSent: offset < hopsOffset,
    })),
  );
  return keepMissing(client, hops);
}

/**
 * Tells hops that are lost from those under way: whoever has applied its log to an end taken after the hop was sent, and
 * does not know it, never will. `readEnds` gives the next offset of each partition of `supply.events` as of now.
 */
export async function judgeHops(
  pool: pg.Pool,
  missing: readonly MissingHop[],
  readEnds: () => Promise<ReadonlyMap<number, number>>,
): Promise<{ readonly findings: readonly RecordFinding[]; readonly notices: readonly AuditNotice[] }> {
  if (missing.length === 0) return { findings: [], notices: [] };
  const ends = await readEnds();
  const targets = [...new Set(missing.map(({ target }) => target))];
  const reached = await waitUntilReached(pool, targets, ends);
  const still = await keepMissing(pool, missing);
  const lost = still.filter((hop) => hop.isSent && reached.has(hop.target));
  const underWay = new Map<number, number>();
  for (const hop of still) if (!lost.includes(hop)) underWay.set(hop.partition, (underWay.get(hop.partition) ?? 0) + 1);
  return {
    findings: lost.map(({ partition, offset, target, id }) => ({ kind: 'HOP_LOST', partition, offset, target, id })),
    notices: [...underWay].map(([partition, hops]) => ({ kind: 'HOPS_UNDER_WAY', partition, hops })),
  };
}

async function keepMissing(client: pg.Pool | pg.PoolClient, hops: readonly MissingHop[]): Promise<MissingHop[]> {
  if (hops.length === 0) return [];
  const { rows } = await client.query<{ place: number }>({
    name: 'missing-hops',
    text: `SELECT place::int4 FROM unnest($1::int4[], $2::text[], $3::text[]) WITH ORDINALITY AS given (partition, source, id, place)
           WHERE NOT EXISTS (SELECT 1 FROM event_key k WHERE k.partition = given.partition AND k.source = given.source AND k.id = given.id)`,
    values: [hops.map(({ target }) => target), hops.map(({ source }) => source), hops.map(({ id }) => id)],
  });
  return rows.flatMap(({ place }) => hops[place - 1] ?? []);
}

async function waitUntilReached(pool: pg.Pool, targets: readonly number[], ends: ReadonlyMap<number, number>): Promise<ReadonlySet<number>> {
  const deadlineMs = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const fences = await readFences(pool);
    const reached = targets.filter((target) => (fences.get(target)?.nextOffset ?? 0) >= (ends.get(target) ?? Infinity));
    if (reached.length === targets.length || performance.now() > deadlineMs) return new Set(reached);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
