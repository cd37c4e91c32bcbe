import { compareNumbers, encodeNumbered, packRecords, type Change, type ChangeNumber, type Level, type Numbered } from '@quayside/contracts';
import type { LogRecord, OutgoingRecord, PartitionWork, TakeResult } from '@quayside/kafka';
import { foldBatch, touchedKeys, type Folded } from '@quayside/stock';
import { bringLevels, numberChanges, type Batch, type Committed, type Deciding, type Fence, type LevelHistory, type LiveLevels } from '@quayside/store';
import { readBatch } from './readBatch.js';

/** What inventory needs of Postgres. */
export interface InventoryStore extends LevelHistory {
  readStoreEpoch(): Promise<string>;
  readFence(partition: number): Promise<Fence>;
  readNumberBefore(partition: number, offset: number): Promise<ChangeNumber | null>;
  commitBatch(batch: Batch, deciding: Deciding): Promise<Committed>;
  advanceChanges(partition: number, to: number): Promise<void>;
}
/** Appends to `supply.changes`. */
export interface ChangesLog {
  publish(role: 'changes', records: readonly OutgoingRecord[]): Promise<void>;
}
/** Told what a batch did, for metrics. */
export interface BatchReport { readonly applied: number; readonly repeats: number; readonly quarantined: number; readonly receivedAt: readonly number[] }

export interface InventoryPorts {
  readonly store: InventoryStore;
  readonly live: LiveLevels;
  readonly log: ChangesLog;
  readonly now: () => number;
  readonly randomToken: () => string;
  readonly onBatch: (report: BatchReport) => void;
}

/** Levels kept in memory a partition; beyond it the cache starts anew. Bounds inventory at about 24 × 20,000 × 300 bytes. */
const CACHE_LEVELS_MAX = 20_000;
/** An idle owner says what its last number is, so that a lost tail is noticed (architecture.md, "A batch", 4). */
const QUIET_MS_MAX = 30_000;

interface Held {
  readonly epoch: string;
  next: number;
  lastRecordedAt: number;
  changesOffset: number;
  /** Number of the last change below changesOffset. */
  lastNumber: ChangeNumber | null;
  saidAt: number;
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
      epoch, next: fence.nextOffset, lastRecordedAt: fence.lastRecordedAt, changesOffset: fence.changesOffset,
      lastNumber: await store.readNumberBefore(partition, fence.changesOffset), saidAt: now(), cache: new Map(),
    };
    await this.bring(partition, held);
    await this.publishOwed(partition, held);
    await this.sayLastNumber(partition, held);
    this.held.set(partition, held);
    return held.next;
  }

  async take(partition: number, records: readonly LogRecord[]): Promise<TakeResult> {
    const held = this.holding(partition);
    // Nobody may use what this step began and did not finish: it is put back only at its end.
    this.held.delete(partition);
    const batch = readBatch(partition, records, { lastRecordedAt: held.lastRecordedAt, appliedAt: this.ports.now() });
    if (batch.from !== held.next) throw new Error(`A batch from ${batch.from} was handed over, ${held.next} is next`);
    const committed = await this.ports.store.commitBatch(batch, { keysOf: touchedKeys, fold: foldBatch, cached: held.cache });
    if (committed.kind === 'refused') return { kind: 'refused' };
    const after = this.advance(held, batch, committed.folded);
    await this.project(partition, after, { from: batch.from, folded: committed.folded });
    await this.publish(partition, after, changesOf(committed.folded));
    this.held.set(partition, after);
    const receivedAt = committed.folded.records.map(({ record }) => record.at.appendedAt);
    this.ports.onBatch({ applied: committed.folded.records.length, repeats: committed.repeats, quarantined: committed.quarantined, receivedAt });
    return { kind: 'done', nextOffset: after.next };
  }

  async look(partition: number): Promise<'same' | 'differs'> {
    const held = this.holding(partition);
    const { store, live, now } = this.ports;
    const [fence, cursor] = await Promise.all([store.readFence(partition), live.readCursor(partition)]);
    const same = fence.nextOffset === held.next && fence.changesOffset >= held.next && cursor?.offset === held.next && cursor.epoch === held.epoch;
    if (!same) return 'differs';
    if (now() - held.saidAt >= QUIET_MS_MAX) await this.sayLastNumber(partition, held);
    return 'same';
  }

  drop(partition: number): void {
    this.held.delete(partition);
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
    await bringLevels(this.ports.live, this.ports.store, { partition, epoch: held.epoch, nextOffset: held.next, token: this.ports.randomToken });
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
  private async publish(partition: number, held: Held, changes: readonly Numbered<Change>[]): Promise<void> {
    await this.send(partition, held, { changes, upTo: held.next });
  }

  private async send(partition: number, held: Held, { changes, upTo }: { changes: readonly Numbered<Change>[]; upTo: number }): Promise<void> {
    const first = changes[0];
    if (first !== undefined && held.lastNumber !== null && compareNumbers(first.at, held.lastNumber) <= 0) {
      throw new Error(`Change ${first.at.join('.')} of partition ${partition} would go out after ${held.lastNumber.join('.')}`);
    }
    const records = packRecords(held.lastNumber, changes).map((record) => ({ partition, value: encodeNumbered(record) }));
    await this.ports.log.publish('changes', records);
    await this.ports.store.advanceChanges(partition, upTo);
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

