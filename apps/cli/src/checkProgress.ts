import { readTopicEnds } from '@quayside/kafka';
import { countQuarantined, readAlertPositions, readFences, readReconciliation, readStoreEpoch, type Database } from '@quayside/store';
import { note, ok, wrong, type CheckLine } from './doctorCheck.js';
import type { Place } from './place.js';
import { logSettings, withStores, type Stores } from './stores.js';

/** Where a processor stands in a partition, and where the log ends. */
export interface PartitionLag {
  readonly partition: number;
  readonly position: number;
  readonly low: number;
  readonly high: number;
}
/** Long enough for a batch of the slowest kind: who has not moved by then is not only slow. */
const MOVE_MS = 2_000;
/** A check runs once a minute. */
const CHECK_MS_MAX = 3 * 60_000;

/** How far everything is: lag a partition, Redis' cursors, quarantine, the last self-check. Needs all three servers. */
export async function checkProgress(place: Place): Promise<CheckLine[]> {
  return withStores(place, async (stores) => {
    const { pool } = stores.database;
    const inventory = (): Promise<PartitionLag[]> =>
      readLags(place, 'events', async () => new Map([...(await readFences(pool))].map(([partition, { nextOffset }]) => [partition, nextOffset])));
    const alerting = (): Promise<PartitionLag[]> => readLags(place, 'changes', () => readAlertPositions(pool));
    const before = [await inventory(), await alerting()] as const;
    if (before.flat().some((lag) => lagOf(lag) > 0)) await new Promise((resolve) => setTimeout(resolve, MOVE_MS));
    const after = [await inventory(), await alerting()] as const;
    return [
      ...judgeLags('inventory', before[0], after[0]),
      ...judgeLags('alerting', before[1], after[1]),
      await checkCursors(stores),
      await checkQuarantine(pool),
      await checkReconciliation(pool),
    ];
  });
}

/** Lags at two looks: behind and moving is worth a note, behind and standing still is wrong, as is a log that ends before the position. */
export function judgeLags(part: string, before: readonly PartitionLag[], after: readonly PartitionLag[]): CheckLine[] {
  const earlier = new Map(before.map((lag) => [lag.partition, lag]));
  const beyond = after.filter(({ position, high }) => position > high);
  const behind = after.filter((lag) => lagOf(lag) > 0);
  const stuck = behind.filter(({ partition, position }) => earlier.get(partition)?.position === position && lagOf(earlier.get(partition)) > 0);
  const lines: CheckLine[] = [];
  if (beyond.length > 0)
    lines.push(
      wrong(part, {
        what: `The log ends before what ${part} has applied`,
        why: beyond.map(({ partition, position, high }) => `partition ${partition}: log ends at ${high}, applied up to ${position}`).join('; '),
        fix: 'The topic was deleted, recreated or truncated: find out which, then decide with `npm run quayside -- resume`.',
      }),
    );
  if (stuck.length > 0)
    lines.push(
      wrong(part, {
        what: `${part} does not move in ${stuck.length} partitions`,
        why: showLags(stuck),
        fix: `Look whether ${part} runs and is ready (above), and into its log.`,
      }),
    );
  else if (behind.length > 0)
    lines.push(
      note(part, {
        what: `${part} is behind and catching up`,
        why: showLags(behind),
        fix: 'Wait; if it stays, start more processes of it (up to one a partition).',
      }),
    );
  return lines.length > 0 ? lines : [ok(part, 'has applied everything in the log')];
}

const lagOf = (lag: PartitionLag | undefined): number => (lag === undefined ? 0 : Math.max(0, lag.high - Math.max(lag.low, lag.position)));
const showLags = (lags: readonly PartitionLag[]): string => lags.map((lag) => `partition ${lag.partition}: ${lagOf(lag)} records`).join(', ');

async function readLags(place: Place, role: 'events' | 'changes', readPositions: () => Promise<ReadonlyMap<number, number>>): Promise<PartitionLag[]> {
  // Positions first: they never pass an end that is read after them.
  const positions = await readPositions();
  const ends = await readTopicEnds(logSettings(place), role);
  return [...ends].map(([partition, end]) => ({ partition, position: positions.get(partition) ?? 0, ...end })).sort((a, b) => a.partition - b.partition);
}

async function checkCursors({ database, live }: Stores): Promise<CheckLine> {
  const epoch = await readStoreEpoch(database.pool);
  const fences = await readFences(database.pool);
  const cursors = await Promise.all([...fences.keys()].map(async (partition) => [partition, await live.readCursor(partition)] as const));
  const empty = cursors
    .filter(([partition, cursor]) => cursor?.epoch !== epoch && (fences.get(partition)?.nextOffset ?? 0) > 0)
    .map(([partition]) => partition);
  if (empty.length === 0) return ok('live levels', 'Redis shows every partition');
  return note('live levels', {
    what: `Redis does not show ${empty.length} partitions`,
    why: `partitions ${empty.join(', ')} were emptied, or belong to another store`,
    fix: 'Their owners fill them again within seconds; until then levels are answered from Postgres. If it stays, look whether inventory owns them.',
  });
}

async function checkQuarantine(pool: Database['pool']): Promise<CheckLine> {
  const waiting = await countQuarantined(pool);
  if (waiting === 0) return ok('quarantine', 'nothing waits');
  return note('quarantine', {
    what: `${waiting} records wait in quarantine`,
    why: 'they had no effect, and a person has to decide',
    fix: 'Look at each with its reason, correct and release it, or dismiss it.',
  });
}

/** Before the migration that brings its table there is nothing to say. */
async function checkReconciliation(pool: Database['pool']): Promise<CheckLine> {
  const { rows } = await pool.query<{ present: boolean }>(`SELECT to_regclass('reconciliation') IS NOT NULL AS present`);
  const last = rows[0]?.present === true ? await readReconciliation(pool) : null;
  const audit = 'Run `npm run quayside -- audit` for the whole picture.';
  if (last === null)
    return note('self-check', { what: 'The stores were not compared yet', why: 'inventory has not run its first check, a minute after its start', fix: audit });
  const ageMs = Date.now() - last.at;
  if (last.mismatches > 0)
    return wrong('self-check', {
      what: `${last.mismatches} differences in ${last.levelsChecked} levels, ${last.repaired} repaired`,
      why: `found by the check ${Math.round(ageMs / 1000)} s ago`,
      fix: audit,
    });
  if (ageMs > CHECK_MS_MAX)
    return note('self-check', {
      what: `The stores were last compared ${Math.round(ageMs / 60_000)} min ago`,
      why: 'inventory compares them each minute while it runs',
      fix: audit,
    });
  return ok('self-check', `0 differences in ${last.levelsChecked} levels ${Math.round(ageMs / 1000)} s ago`);
}
