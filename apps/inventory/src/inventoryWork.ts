import { compareNumbers, encodeNumbered, encodeRecords, type Change, type ChangeNumber, type Level, type Numbered } from '@quayside/contracts';
import type { LogRecord, OutgoingRecord, PartitionWork, TakeResult } from '@quayside/kafka';
import type { Folded } from '@quayside/stock';
import {
  bringLevels,
  numberChanges,
  type Batch,
  type Committed,
  type Deciding,
  type LevelHistory,
  type LiveLevels,
  type Fence,
  type Published,
} from '@quayside/store';
import { HopRelay, type HopPorts } from './hopRelay.js';
import { isDataError, readBatch, stepOf } from './readBatch.js';
import { resolveRelease } from './resolveRelease.js';

/** What inventory needs of Postgres. */
export interface InventoryStore extends LevelHistory {
  readStoreEpoch(): Promise<string>;
  readFence(partition: number): Promise<Fence>;
  readNumberBefore(partition: number, offset: number): Promise<ChangeNumber | null>;
  commitBatch(batch: Batch, deciding: Deciding): Promise<Committed>;
  advancePublished(partition: number, published: Published): Promise<void>;
  readHops: HopPorts['store']['readHops'];
}
/** Appends changes to `supply.changes` and hops to `supply.events`. */
interface OutgoingLog {
  publish(role: 'changes' | 'events', records: readonly OutgoingRecord[]): Promise<void>;
}
/** Told what a batch did, for metrics. */
export interface BatchReport {
  readonly applied: number;
  readonly repeats: number;
  readonly quarantined: number;
  readonly receivedAt: readonly number[];
}

export interface InventoryPorts {
  readonly store: InventoryStore;
  readonly live: LiveLevels;
  readonly log: OutgoingLog;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onHopFault: (partition: number, cause: unknown) => void;
  readonly now: () => number;
  readonly randomToken: () => string;
  readonly onBatch: (report: BatchReport) => void;
  /** The fence has refused a batch: somebody else owns the partition too, or did. */
  readonly onRefused: (partition: number) => void;
}

/** Levels kept in memory a partition; beyond it the cache starts anew. Bounds inventory at about 24 × 20,000 × 300 bytes. */
const CACHE_LEVELS_MAX = 20_000;
/** Records of changes, of some 100 kB each, sent at once. */
const SEND_RECORDS_MAX = 20;
/** An idle owner says what its last number is, so that a lost tail is noticed (architecture.md, "A batch", 4). */
const QUIET_MS_MAX = 30_000;

interface Held {
  readonly epoch: string;
  readonly hops: HopRelay;
  next: number;
  lastRecordedAt: number;
  changesOffset: number;
  /** Number of the last change below changesOffset. */
  lastNumber: ChangeNumber | null;
  saidAt: number;
  readonly lastAppendedAt: number | null;
  /** True at `next`: dropped with everything else whenever that is in doubt. */
  cache: Map<string, Level>;
}

/** The exact-effects protocol for the partitions of `supply.events` (architecture.md, "From a log to exact effects"). */
export class InventoryWork implements PartitionWork {
  private readonly held = new Map<number, Held>();

  constructor(private readonly ports: InventoryPorts) {}

  async start(partition: number): Promise<number> {
    const { store, now } = this.ports;
    const epoch = await store.readStoreEpoch();
    const fence = await store.readFence(partition);
    const held: Held = {
      epoch,
      next: fence.nextOffset,
      lastRecordedAt: fence.lastRecordedAt,
      changesOffset: fence.changesOffset,
      lastNumber: await store.readNumberBefore(partition, fence.changesOffset),
      saidAt: now(),
      cache: new Map(),
      lastAppendedAt: fence.lastAppendedAt,
      hops: this.relayFrom(partition, fence.hopsOffset),
    };
    await this.bring(partition, held);
    await this.publishOwed(partition, held);
    await this.sayLastNumber(partition, held);
    held.hops.reach(held.next, true);
    this.held.set(partition, held);
    return held.next;
  }

  remembered(partition: number): number | null {
    return this.holding(partition).lastAppendedAt;
  }

  async take(partition: number, records: readonly LogRecord[]): Promise<TakeResult> {
    const held = this.holding(partition);
    // Nobody may use what this step began and did not finish: it is put back only at its end.
    this.held.delete(partition);
    try {
      return await this.takeStep(partition, held, stepOf(readBatch(partition, records, { lastRecordedAt: held.lastRecordedAt, appliedAt: this.ports.now() })));
    } finally {
      if (!this.held.has(partition)) held.hops.stop();
    }
  }

  private async takeStep(partition: number, held: Held, batch: Batch): Promise<TakeResult> {
    if (batch.from !== held.next) throw new Error(`A batch from ${batch.from} was handed over, ${held.next} is next`);
    const committed = await this.commit(partition, held, batch);
    if (committed.kind === 'refused') {
      this.ports.onRefused(partition);
      return { kind: 'refused' };
    }
    const { folded } = committed;
    const after = this.advance(held, committed.batch, folded);
    await this.project(partition, after, { from: batch.from, folded });
    await this.publish(partition, after, folded);
    this.held.set(partition, after);
    const receivedAt = folded.records.map(({ record }) => record.at.appendedAt);
    this.ports.onBatch({
      applied: folded.records.filter(({ result }) => result.kind === 'applied').length,
      repeats: committed.repeats,
      quarantined: committed.quarantined,
      receivedAt,
    });
    return { kind: 'done', nextOffset: after.next };
  }

  /**
   * Commits a batch, or as much from its start as Postgres takes: a record that it refuses for its data is found by
   * halving and set aside, so that it holds up its partition for moments only. A refusal is certain, so what is cached stays true.
   */
  private async commit(
    partition: number,
    held: Held,
    batch: Batch,
  ): Promise<{ kind: 'refused' } | (Extract<Committed, { kind: 'committed' }> & { batch: Batch })> {
    const deciding: Deciding = {
      resolveRelease: (waiting, decision) => resolveRelease(partition, waiting, decision),
      cached: held.cache,
    };
    try {
      const committed = await this.ports.store.commitBatch(batch, deciding);
      return committed.kind === 'refused' ? committed : { ...committed, batch };
    } catch (cause) {
      const [only] = batch.records;
      if (!isDataError(cause) || only === undefined) throw cause;
      if (batch.records.length > 1) return this.commit(partition, held, firstHalf(batch));
      if (only.kind === 'setAside') throw cause;
      const setAside = {
        kind: 'setAside' as const,
        at: only.at,
        bytes: only.bytes,
        reason: 'POISON' as const,
        detail: `Postgres refused it: ${cause.message}`,
      };
      return this.commit(partition, held, { ...batch, records: [setAside] });
    }
  }

  async look(partition: number): Promise<'same' | 'differs'> {
    const held = this.holding(partition);
    const { store, live, now } = this.ports;
    const [fence, cursor] = await Promise.all([store.readFence(partition), live.readCursor(partition)]);
    const same = fence.nextOffset === held.next && fence.changesOffset >= held.next && cursor?.offset === held.next && cursor.epoch === held.epoch;
    if (!same) return 'differs';
    if (fence.hopsOffset < held.next) held.hops.reach(held.next, true);
    if (now() - held.saidAt >= QUIET_MS_MAX) await this.sayLastNumber(partition, held);
    return 'same';
  }

  drop(partition: number): void {
    this.held.get(partition)?.hops.stop();
    this.held.delete(partition);
  }

  private relayFrom(partition: number, position: number): HopRelay {
    const { store, log, sleep, onHopFault } = this.ports;
    return new HopRelay(partition, position, {
      store: { readHops: (range) => store.readHops(range), advanceHops: (of, to) => store.advancePublished(of, { changes: 0, hops: to }) },
      log,
      sleep,
      onFault: onHopFault,
    });
  }

  private holding(partition: number): Held {
    const held = this.held.get(partition);
    if (held === undefined) throw new Error(`Partition ${partition} is not started`);
    return held;
  }

  private advance(held: Held, batch: Batch, folded: Folded): Held {
    const cache = held.cache.size + folded.levels.size > CACHE_LEVELS_MAX ? new Map<string, Level>() : held.cache;
    for (const [key, level] of folded.levels) cache.set(key, level);
    const last = batch.records[batch.records.length - 1];
    return { ...held, next: batch.to, lastRecordedAt: last?.at.recordedAt ?? held.lastRecordedAt, cache };
  }

  private async bring(partition: number, held: Held): Promise<void> {
    const { live, store, randomToken, sleep } = this.ports;
    await bringLevels(live, store, { partition, epoch: held.epoch, goal: held.next, token: randomToken, sleep });
  }

  private async project(partition: number, held: Held, { from, folded }: { from: number; folded: Folded }): Promise<void> {
    const cursor = await this.ports.live.project(partition, { from: { epoch: held.epoch, offset: from }, to: held.next, levels: [...folded.levels.values()] });
    if (cursor?.epoch !== held.epoch || cursor.offset !== held.next) await this.bring(partition, held);
  }

  /** What is committed and not yet in `supply.changes`, from the stored position on. */
  private async publishOwed(partition: number, held: Held): Promise<void> {
    const to = held.next;
    while (held.changesOffset < to) {
      const { changes, upTo } = await this.ports.store.readOutcomes({ partition, from: held.changesOffset, to });
      await this.send(partition, held, { changes, upTo });
    }
  }

  /** Changes of the batch just committed. `held.changesOffset` is its start: the last step has published all before it. */
  private async publish(partition: number, held: Held, folded: Folded): Promise<void> {
    held.hops.reach(
      held.next,
      folded.records.some(({ result }) => result.kind === 'applied' && result.outcome.hops.length > 0),
    );
    await this.send(partition, held, { changes: changesOf(folded), upTo: held.next });
  }

  private async send(partition: number, held: Held, { changes, upTo }: { changes: readonly Numbered<Change>[]; upTo: number }): Promise<void> {
    const first = changes[0];
    if (first !== undefined && held.lastNumber !== null && compareNumbers(first.at, held.lastNumber) <= 0) {
      throw new Error(`Change ${first.at.join('.')} of partition ${partition} would go out after ${held.lastNumber.join('.')}`);
    }
    const records = encodeRecords(held.lastNumber, changes).map((value) => ({ partition, value }));
    // In slices: each send has its own deadline, and what waits for it in memory is bounded.
    for (let slice = 0; slice < records.length; slice += SEND_RECORDS_MAX)
      await this.ports.log.publish('changes', records.slice(slice, slice + SEND_RECORDS_MAX));
    await this.ports.store.advancePublished(partition, { changes: upTo, hops: held.hops.sentTo });
    held.changesOffset = upTo;
    held.lastNumber = changes[changes.length - 1]?.at ?? held.lastNumber;
    if (records.length > 0) held.saidAt = this.ports.now();
  }

  private async sayLastNumber(partition: number, held: Held): Promise<void> {
    if (held.lastNumber === null) return;
    await this.ports.log.publish('changes', [{ partition, value: encodeNumbered({ v: 1, after: held.lastNumber, items: [] }) }]);
    held.saidAt = this.ports.now();
  }
}

function changesOf(folded: Folded): Numbered<Change>[] {
  return folded.records.flatMap(({ record, result }) => (result.kind === 'applied' ? numberChanges(record.at.offset, result.outcome) : []));
}

/** The first half of a batch, at least one record. */
function firstHalf(batch: Batch): Batch {
  const records = batch.records.slice(0, Math.floor(batch.records.length / 2));
  return { ...batch, records, to: batch.from + records.length };
}
