import { levelKey, type Level } from '@quayside/contracts';
import type { LiveCursor, LiveLevels, Projection } from './liveLevels.js';
import type { OutcomeRange, OutcomesRead } from './outcomes.js';

/** What bringing Redis to the fence needs of Postgres; the simulator gives its twin. */
export interface LevelHistory {
  readOutcomes(range: OutcomeRange): Promise<OutcomesRead>;
  readLevelSnapshot(partition: number, each: (chunk: { levels: Level[]; nextOffset: number; last: boolean }) => Promise<boolean>): Promise<void>;
}
export interface BringTo {
  readonly partition: number;
  readonly epoch: string;
  /** The fence: the cursor never passes it. */
  readonly nextOffset: number;
  /** Fresh and random for each call, never a counter: two rebuilds must not share a link. */
  readonly token: () => string;
}

/** Attempts before the caller has to start again from the fence; somebody else is at work on the same partition then. */
const ROUNDS_MAX = 50;

/**
 * Brings the live levels of a partition to the fence, whatever state they are in: older ones by replaying outcomes,
 * absent ones, those of another store or ahead of the fence by a rebuild from Postgres (architecture.md, "Redis lost or older").
 */
export async function bringLevels(live: LiveLevels, history: LevelHistory, to: BringTo): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const cursor = await live.readCursor(to.partition);
    if (cursor === null || cursor.epoch !== to.epoch || cursor.offset > to.nextOffset) await rebuild(live, history, { ...to, found: cursor });
    else if (cursor.offset === to.nextOffset) return;
    else await live.project(to.partition, await nextStep(history, to, cursor));
  }
  throw new Error(`The live levels of partition ${to.partition} could not be brought to ${to.nextOffset}: others keep changing them`);
}

async function nextStep(history: LevelHistory, to: BringTo, from: LiveCursor): Promise<Projection> {
  const { changes, upTo } = await history.readOutcomes({ partition: to.partition, from: from.offset, to: to.nextOffset });
  const newest = new Map<string, Level>();
  for (const { what } of changes) newest.set(levelKey(what.level.location, what.level.sku), what.level);
  return { from, to: upTo, levels: [...newest.values()] };
}

async function rebuild(live: LiveLevels, history: LevelHistory, { partition, epoch, token, found }: BringTo & { found: LiveCursor | null }): Promise<void> {
  const chain = token();
  if (!(await live.startRebuild(partition, found, chain))) return;
  let index = 0;
  await history.readLevelSnapshot(partition, ({ levels, nextOffset, last }) =>
    live.rebuildChunk(partition, { token: chain, index: index++, levels, cursor: last ? { epoch, offset: nextOffset } : null }),
  );
}
