import { levelKey, type Level } from '@quayside/contracts';
import type { Fence } from './fence.js';
import type { LiveCursor, LiveLevels, Projection } from './liveLevels.js';
import type { OutcomeRange, OutcomesRead } from './outcomes.js';

/** What bringing Redis to the fence needs of Postgres; the simulator gives its twin. */
export interface LevelHistory {
  readFence(partition: number): Promise<Pick<Fence, 'nextOffset'>>;
  readOutcomes(range: OutcomeRange): Promise<OutcomesRead>;
  readLevelSnapshot(partition: number, each: (chunk: { levels: Level[]; nextOffset: number; last: boolean }) => Promise<boolean>): Promise<void>;
}
export interface BringTo {
  readonly partition: number;
  readonly epoch: string;
  /** Live levels at this offset or after it are good enough: another owner may be further than we are. */
  readonly goal: number;
  /** Fresh and random for each call, never a counter: two rebuilds must not share a link. */
  readonly token: () => string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Attempts before the caller has to start again from the fence; somebody else is at work on the same partition then. */
const ROUNDS_MAX = 50;
/** A rebuild that lost to another one lets that one finish before it looks again. */
const YIELD_MS_MIN = 20;
const YIELD_MS_MAX = 1_000;

/**
 * Brings the live levels of a partition to the fence, whatever state they are in: older ones by replaying outcomes,
 * absent ones, those of another store or ahead of the fence by a rebuild from Postgres (architecture.md, "Redis lost or older").
 * The fence is read anew after each look at the cursor: a cursor never passes the fence that stands by then, so one
 * that is ahead of it comes from a Postgres that has gone back, and never from an owner that is faster than we are.
 */
export async function bringLevels(live: LiveLevels, history: LevelHistory, to: BringTo): Promise<void> {
  let yieldMs = YIELD_MS_MIN;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const cursor = await live.readCursor(to.partition);
    const { nextOffset } = await history.readFence(to.partition);
    if (cursor === null || cursor.epoch !== to.epoch || cursor.offset > nextOffset) {
      if (await rebuild(live, history, { ...to, found: cursor })) continue;
      await to.sleep(yieldMs);
      yieldMs = Math.min(yieldMs * 2, YIELD_MS_MAX);
    } else if (cursor.offset >= to.goal) return;
    else await live.project(to.partition, await nextStep(history, { partition: to.partition, from: cursor, to: nextOffset }));
  }
  throw new Error(`The live levels of partition ${to.partition} could not be brought to ${to.goal}: others keep changing them`);
}

async function nextStep(history: LevelHistory, { partition, from, to }: { partition: number; from: LiveCursor; to: number }): Promise<Projection> {
  const { changes, upTo } = await history.readOutcomes({ partition, from: from.offset, to });
  const newest = new Map<string, Level>();
  for (const { what } of changes) if (what.kind === 'level') newest.set(levelKey(what.level.location, what.level.sku), what.level);
  return { from, to: upTo, levels: [...newest.values()] };
}

/** True when it went through; false when somebody else was at it. */
async function rebuild(live: LiveLevels, history: LevelHistory, { partition, epoch, token, found }: BringTo & { found: LiveCursor | null }): Promise<boolean> {
  const chain = token();
  if (!(await live.startRebuild(partition, found, chain))) return false;
  let index = 0;
  let holds = true;
  await history.readLevelSnapshot(partition, async ({ levels, nextOffset, last }) => {
    holds = await live.rebuildChunk(partition, { token: chain, index: index++, levels, cursor: last ? { epoch, offset: nextOffset } : null });
    return holds;
  });
  return holds;
}
