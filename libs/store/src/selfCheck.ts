import { levelKey } from '@quayside/contracts';
import type pg from 'pg';
import type { LedgerFinding, LiveFinding } from './auditFinding.js';
import { FIRST_PLACE, judgeLedger, readLevelsWithLedger, type LevelPlaceInPartition } from './auditLedger.js';
import { byKey, compareWithLive, readLevelsAtFence, type BothStores } from './auditLive.js';
import type { LiveScan } from './auditLiveScan.js';
import type { Database } from './database.js';
import { readStoreEpoch } from './fence.js';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';
import type { LiveLevels } from './liveLevels.js';

export interface SelfCheckAsked {
  /** Partitions that this process owns: only an owner mends. */
  readonly partitions: readonly number[];
  /** Levels whose ledger rows are added up, over all partitions; all of them get their turn, run after run. */
  readonly sampleLevels: number;
  /** Fresh and random for each call. */
  readonly token: () => string;
  /** Where the last run stopped; START_OF_CHECK for the first. Kept by the caller. */
  readonly turn: SelfCheckTurn;
  /** Also finds levels that Redis holds and Postgres does not. */
  readonly scan?: LiveScan;
  /** Levels compared with Redis in one run; LIVE_LEVELS_MAX unless told. */
  readonly liveLevelsMax?: number;
}

/** Where each partition's two rounds go on. */
export interface SelfCheckTurn {
  readonly ledger: ReadonlyMap<number, LevelPlaceInPartition>;
  readonly live: ReadonlyMap<number, LevelPlaceInPartition>;
}
export const START_OF_CHECK: SelfCheckTurn = { ledger: new Map(), live: new Map() };

export interface SelfCheckResult {
  /** Milliseconds since 1970, when it began. */
  readonly at: number;
  /** Levels compared with Redis, and of them or others those compared with their ledger. */
  readonly levelsChecked: number;
  readonly ledgersChecked: number;
  readonly mismatches: number;
  /** Wrong live levels that nobody is shown any more: their partition is void and its owner fills it again. */
  readonly repaired: number;
  readonly tookMs: number;
  /** The first FINDINGS_MAX of the mismatches. */
  readonly findings: readonly (LedgerFinding | LiveFinding)[];
  readonly turn: SelfCheckTurn;
}

/** 20,000 levels took 0.3 s here, 0.45 s with the walk over Redis: this many cost about 2 s a minute, and a larger store is gone through in turns. */
export const LIVE_LEVELS_MAX = 100_000;
/** As in a rebuild: some 5 ms of Postgres, Redis and this process each, so that batches get in between. */
const CHUNK_LEVELS = 1_000;
/** Ledgers added up in one statement. */
const CHUNK_LEDGERS = 100;
/** As many as somebody reads; the counts tell of the others. */
const FINDINGS_MAX = 100;
/** Under load the cursor moves between our look and our word; each try takes about a millisecond. */
const VOID_TRIES_MAX = 50;

/**
 * The audit in service: compares every live level of the owned partitions (up to a bound, then in turns) with Postgres, and a
 * sample of levels with their ledger.
 *
 * A partition with a wrong live level is made void, guarded by its cursor: whoever reads it is answered from Postgres from
 * that moment, and the owner's next step (at the latest its idle look, 5 s later) fills it again by the chained rebuild.
 * Nothing is set beside the owner, since a second way of writing levels would need a proof of its own, and a wrong version
 * number would survive a guarded set: projections only put greater ones. Ledger mismatches are told, never mended.
 */
export async function selfCheck(database: Pick<Database, 'pool'>, live: LiveLevels, asked: SelfCheckAsked): Promise<SelfCheckResult> {
  const at = Date.now();
  const startedMs = performance.now();
  const stores: BothStores = { pool: database.pool, live, epoch: await readStoreEpoch(database.pool) };
  const share = (all: number): number => Math.ceil(all / Math.max(1, asked.partitions.length));
  const turn = { ledger: new Map(asked.turn.ledger), live: new Map(asked.turn.live) };
  const counts = { levelsChecked: 0, ledgersChecked: 0, mismatches: 0, repaired: 0 };
  const findings: (LedgerFinding | LiveFinding)[] = [];
  const tell = (found: readonly (LedgerFinding | LiveFinding)[]): void => {
    counts.mismatches += found.length;
    findings.push(...found.slice(0, Math.max(0, FINDINGS_MAX - findings.length)));
  };
  for (const partition of asked.partitions) {
    const compared = await checkLive(stores, {
      partition,
      from: turn.live.get(partition) ?? FIRST_PLACE,
      levelsMax: share(asked.liveLevelsMax ?? LIVE_LEVELS_MAX),
    });
    const stray = asked.scan === undefined ? [] : await findStray(stores, asked.scan, partition);
    const wrong = [...compared.findings, ...stray];
    tell(wrong);
    counts.levelsChecked += compared.levels;
    turn.live.set(partition, compared.next);
    if (wrong.length > 0 && (await makeVoid(live, partition, asked.token))) counts.repaired += wrong.length;
    const added = await checkLedgers(stores.pool, { partition, from: turn.ledger.get(partition) ?? FIRST_PLACE, levelsMax: share(asked.sampleLevels) });
    tell(added.findings);
    counts.ledgersChecked += added.levels;
    turn.ledger.set(partition, added.next);
  }
  return { at, ...counts, tookMs: Math.round(performance.now() - startedMs), findings, turn };
}

interface Stretch {
  readonly partition: number;
  readonly from: LevelPlaceInPartition;
  readonly levelsMax: number;
}
interface Checked<Finding> {
  readonly findings: readonly Finding[];
  readonly levels: number;
  /** Where the next run goes on; the beginning again after the last level. */
  readonly next: LevelPlaceInPartition;
}

async function checkLive(stores: BothStores, { partition, from, levelsMax }: Stretch): Promise<Checked<LiveFinding>> {
  const findings: LiveFinding[] = [];
  let levels = 0;
  let read = 0;
  let after = from;
  while (read < levelsMax) {
    const limit = Math.min(CHUNK_LEVELS, levelsMax - read);
    const known = await readLevelsAfter(stores.pool, { partition, after, limit });
    const last = known.rows[known.rows.length - 1];
    if (last === undefined) return { findings, levels, next: FIRST_PLACE };
    const byName = byKey(known.rows.map(levelFromRow));
    const compared = await compareWithLive(stores, { partition, fence: known.fence, levels: byName }, [...byName.keys()]);
    // Void already: the owner is at it, and nobody is shown anything wrong meanwhile.
    if (compared.cursor === null) return { findings, levels, next: after };
    findings.push(...compared.findings);
    read += known.rows.length;
    levels += known.rows.length - compared.undecided;
    if (known.rows.length < limit) return { findings, levels, next: FIRST_PLACE };
    after = { location: last.location, sku: last.sku };
  }
  return { findings, levels, next: after };
}

async function checkLedgers(pool: pg.Pool, { partition, from, levelsMax }: Stretch): Promise<Checked<LedgerFinding>> {
  const findings: LedgerFinding[] = [];
  let levels = 0;
  let after = from;
  while (levels < levelsMax) {
    const chunk = await readLevelsWithLedger(pool, { partition, after, limit: Math.min(CHUNK_LEDGERS, levelsMax - levels) });
    levels += chunk.levels.length;
    findings.push(...chunk.levels.flatMap((each) => judgeLedger(partition, each)));
    if (chunk.next === null) return { findings, levels, next: FIRST_PLACE };
    after = chunk.next;
  }
  return { findings, levels, next: after };
}

async function findStray(stores: BothStores, scan: LiveScan, partition: number): Promise<LiveFinding[]> {
  const findings = new Map<string, LiveFinding>();
  await scan.scanKeys(partition, async (keys) => {
    const known = await readLevelsAtFence(stores.pool, partition, keys);
    const stray = keys.filter((key) => !known.levels.has(key));
    if (stray.length === 0) return true;
    const compared = await compareWithLive(stores, { ...known, levels: new Map() }, stray);
    for (const finding of compared.findings) findings.set(levelKey(finding.location, finding.sku), finding);
    return compared.cursor !== null && findings.size < FINDINGS_MAX;
  });
  return [...findings.values()];
}

/** True once the partition's live levels are gone, by our hand or by that of another who found the same. */
async function makeVoid(live: LiveLevels, partition: number, token: () => string): Promise<boolean> {
  for (let attempt = 0; attempt < VOID_TRIES_MAX; attempt++) {
    const cursor = await live.readCursor(partition);
    if (cursor === null || (await live.startRebuild(partition, cursor, token()))) return true;
  }
  return false;
}

/** Levels after a place, in key order, with the fence of the same snapshot. */
async function readLevelsAfter(
  pool: pg.Pool,
  asked: { readonly partition: number; readonly after: LevelPlaceInPartition; readonly limit: number },
): Promise<{ fence: number; rows: LevelRow[] }> {
  const { rows } = await pool.query<LevelRow & { fence: number }>({
    name: 'levels-after',
    text: `SELECT ${LEVEL_COLUMNS}, (SELECT next_offset FROM fence WHERE partition = $1) AS fence FROM level
           WHERE partition = $1 AND (location, sku) > ($2, $3) ORDER BY location, sku LIMIT $4`,
    values: [asked.partition, asked.after.location, asked.after.sku, asked.limit],
  });
  return { fence: rows[0]?.fence ?? 0, rows };
}
