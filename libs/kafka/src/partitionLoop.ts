import type { LogLogger } from './connectLog.js';
import type { LogRecord } from './logRecord.js';

/**
 * What a service does with the partitions it owns. Each method is called for one partition at a time, never twice at once.
 * Everything may throw: the loop then drops what it holds and begins again with start().
 */
export interface PartitionWork {
  /** Reads the stored position, repairs and publishes what is owed; returns the offset to take next. */
  start(partition: number): Promise<number>;
  /**
   * Append time of the record before the position, where the work remembers it: the loop looks whether the log still
   * has that record there. A topic that was deleted and made anew has another one, or none.
   */
  remembered?(partition: number): number | null;
  /** Takes records that follow each other, the first at the position last returned. 'refused': somebody else has moved it. */
  take(partition: number, records: readonly LogRecord[]): Promise<TakeResult>;
  /** While idle: does what is stored differ from what is held? */
  look(partition: number): Promise<'same' | 'differs'>;
  /**
   * Called between two steps, about every TICK_MS while the partition is owned and at work: for what comes due by the clock.
   * Not before the records are taken that were there when it was started: after an outage the log may say that what is due
   * was called off long ago. 'refused' as from take().
   */
  tick?(partition: number): Promise<'done' | 'refused'>;
  /** The partition is no longer ours (or about to be started anew): forget all of it. */
  drop(partition: number): void;
}
export type TakeResult = { readonly kind: 'done'; readonly nextOffset: number } | { readonly kind: 'refused' };

/** Thrown by PartitionWork for what waiting cannot heal; an operator has to decide. The partition stays stopped, with the reason; it is looked at again every few seconds. */
export class PartitionHalt extends Error {
  override readonly name = 'PartitionHalt';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export type PartitionState =
  | { readonly kind: 'owned' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failing'; readonly detail: string }
  | { readonly kind: 'halted'; readonly detail: string };

/** The log's side of a loop: where to read on. The real one steers the Kafka client, the simulator's a list. */
export interface LogReader {
  seek(partition: number, offset: number): void;
  pause(partition: number): void;
  resume(partition: number): void;
  /** First and next offset of a partition. */
  ends(partition: number): Promise<{ low: number; high: number }>;
  sleep(ms: number): Promise<void>;
}

/** Records taken in one step: bounds the transaction and its memory. */
export const TAKE_RECORDS_MAX = 2_000;
/** What is due by the clock is noticed within about this time, ms. */
export const TICK_MS = 500;
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 2_000;

export interface LoopHooks {
  onState(partition: number, state: PartitionState): void;
  now(): number;
  readonly logger: LogLogger;
  /**
   * What to do when the log begins after the stored position. 'halt' where records are then lost; 'skip' where the work
   * fills the gap from elsewhere (alerting, from inventory's outcomes): it is handed the first record that is there.
   */
  readonly retentionPassed: 'halt' | 'skip';
}

interface Owned {
  next: number | null;
  soughtFor: number | null;
  /** The record before `next`, still to be looked at. */
  toVerify: { readonly offset: number; readonly appendedAt: number } | null;
  halted: string | null;
  lastWorkAt: number;
  /** A start is queued or under way: one at a time is enough. */
  isBeginning: boolean;
  /** A tick is queued or under way: one at a time is enough. */
  isTicking: boolean;
  /** End of the log when the partition was started. */
  ticksFrom: number;
}

/**
 * The one place per process that retries: it owns partitions as the group assigns them, starts each from its stored
 * position, hands over records without a gap, and begins again after whatever went wrong (architecture.md, "A batch").
 */
export class PartitionLoop {
  private readonly owned = new Map<number, Owned>();
  /** What is under way, a partition: outlives ownership, so that a partition that is lost and assigned again never works twice at once. */
  private readonly tails = new Map<number, Promise<void>>();

  constructor(
    private readonly work: PartitionWork,
    private readonly log: LogReader,
    private readonly hooks: LoopHooks,
  ) {}

  /** The group's word on what is ours now: everything starts anew, also what we had before. */
  assign(partitions: readonly number[]): void {
    for (const partition of this.owned.keys()) if (!partitions.includes(partition)) this.release(partition);
    for (const partition of partitions) {
      this.log.pause(partition);
      const owned: Owned = {
        next: null,
        soughtFor: null,
        toVerify: null,
        halted: null,
        lastWorkAt: this.hooks.now(),
        isBeginning: false,
        isTicking: false,
        ticksFrom: 0,
      };
      this.owned.set(partition, owned);
      this.beginSoon(partition, owned);
    }
  }

  /** Everything is given up; resolves when no work is under way. */
  async close(): Promise<void> {
    for (const partition of [...this.owned.keys()]) this.release(partition);
    await Promise.allSettled(this.tails.values());
  }

  /** Hands over what the log gave; returns the offset up to which it is done with, or null when none of it was taken. */
  async deliver(partition: number, records: readonly LogRecord[], beat: () => Promise<void>): Promise<number | null> {
    const owned = this.owned.get(partition);
    // Being started or halted: it is paused, and what the log gave before that is fetched again after the seek. Waiting
    // here would keep the client from its heartbeats, and with it all other partitions.
    if (owned === undefined || owned.next === null) return null;
    let reached: number | null = null;
    // What the client throws at a heartbeat (the group is rebalancing) is for the client: it has to join again.
    let expelled: { readonly cause: unknown } | null = null;
    await this.serially(partition, async () => {
      if (!this.isCurrent(partition, owned) || owned.next === null) return;
      if (this.hasJumped(owned, records)) return this.beginAgain(partition, owned);
      if (!this.verify(partition, owned, records)) return;
      let rest = records;
      while (rest.length > 0 && this.isCurrent(partition, owned) && owned.next !== null) {
        const next = owned.next;
        rest = rest.filter((record) => record.offset >= next);
        if (!(await this.takeSome(partition, owned, rest.slice(0, TAKE_RECORDS_MAX)))) return;
        reached = owned.next;
        try {
          await beat();
        } catch (cause) {
          expelled = { cause };
          return;
        }
      }
    });
    if (expelled !== null) throw (expelled as { readonly cause: unknown }).cause;
    return reached;
  }

  /** Called now and then: partitions that did nothing for `idleMs` are compared with what is stored. */
  lookIdle(idleMs: number): void {
    for (const [partition, owned] of this.owned) {
      if (owned.isBeginning || this.hooks.now() - owned.lastWorkAt < idleMs) continue;
      owned.lastWorkAt = this.hooks.now();
      // A halt is looked at again too: an operator may have decided meanwhile.
      if (owned.halted === null) void this.serially(partition, () => this.look(partition, owned));
      else this.beginSoon(partition, owned);
    }
  }

  /** Called every TICK_MS: partitions at work do what has come due. */
  tick(): void {
    if (this.work.tick === undefined) return;
    for (const [partition, owned] of this.owned) {
      if (owned.isTicking || owned.next === null || owned.next < owned.ticksFrom) continue;
      owned.isTicking = true;
      void this.serially(partition, async () => {
        try {
          await this.tickOnce(partition, owned);
        } finally {
          owned.isTicking = false;
        }
      });
    }
  }

  /** Positions for the group's advisory commit. */
  positions(): Map<number, number> {
    return new Map([...this.owned].flatMap(([partition, { next }]) => (next === null ? [] : [[partition, next] as const])));
  }

  private release(partition: number): void {
    this.owned.delete(partition);
    // What is under way ends first: its caches must not be pulled away from under it.
    void this.serially(partition, async () => {
      if (!this.owned.has(partition)) this.work.drop(partition);
    });
    this.hooks.onState(partition, { kind: 'dropped' });
  }

  private isCurrent(partition: number, owned: Owned): boolean {
    return this.owned.get(partition) === owned;
  }

  private serially(partition: number, step: () => Promise<void>): Promise<void> {
    const guarded = async (): Promise<void> => {
      try {
        await step();
      } catch (cause) {
        this.hooks.logger.error({ err: cause }, 'a step of a partition failed where nothing should');
      }
    };
    const tail = (this.tails.get(partition) ?? Promise.resolve()).then(guarded);
    this.tails.set(partition, tail);
    return tail;
  }

  private beginSoon(partition: number, owned: Owned): void {
    if (owned.isBeginning) return;
    owned.isBeginning = true;
    void this.serially(partition, async () => {
      try {
        await this.begin(partition, owned);
      } finally {
        owned.isBeginning = false;
      }
    });
  }

  private async begin(partition: number, owned: Owned): Promise<void> {
    if (!this.isCurrent(partition, owned)) return;
    this.log.pause(partition);
    owned.next = null;
    for (let backoffMs = BACKOFF_MS_MIN; this.isCurrent(partition, owned); backoffMs = Math.min(backoffMs * 2, BACKOFF_MS_MAX)) {
      try {
        this.work.drop(partition);
        const stored = await this.work.start(partition);
        let { low, high } = await this.log.ends(partition);
        // The ends may have been asked for before the position was read, and another owner may have moved it since: ask once more.
        if (stored < low || stored > high) ({ low, high } = await this.endsOnceMore(partition));
        const next = this.hooks.retentionPassed === 'skip' ? Math.max(stored, low) : stored;
        if (next < low)
          throw new PartitionHalt(
            'RETENTION_PASSED',
            `The log of partition ${partition} begins at ${low}, ${low - next} records after ${next}, the next one to apply: they are lost`,
          );
        if (next > high)
          throw new PartitionHalt(
            'LOG_BEHIND',
            `The log of partition ${partition} ends at ${high}, before ${next}, which is already applied: the topic was deleted, recreated or truncated`,
          );
        if (!this.isCurrent(partition, owned)) return;
        const appendedAt = this.work.remembered?.(partition) ?? null;
        owned.toVerify = appendedAt !== null && next > low ? { offset: next - 1, appendedAt } : null;
        owned.next = next;
        owned.ticksFrom = high;
        owned.halted = null;
        owned.lastWorkAt = this.hooks.now();
        this.log.seek(partition, owned.toVerify?.offset ?? next);
        this.log.resume(partition);
        this.hooks.onState(partition, { kind: 'owned' });
        return;
      } catch (cause) {
        if (!this.isCurrent(partition, owned)) return;
        if (isHalt(cause)) return this.halt(partition, owned, cause);
        this.hooks.logger.warn({ partition, err: cause }, 'starting a partition failed, trying again');
        this.hooks.onState(partition, { kind: 'failing', detail: describe(cause) });
        await this.log.sleep(backoffMs);
      }
    }
  }

  private async endsOnceMore(partition: number): Promise<{ low: number; high: number }> {
    await this.log.sleep(BACKOFF_MS_MIN);
    return this.log.ends(partition);
  }

  /** True when the loop may go on with what follows. */
  private async takeSome(partition: number, owned: Owned, records: readonly LogRecord[]): Promise<boolean> {
    const next = owned.next ?? 0;
    const first = records[0];
    if (first === undefined) return true;
    if (first.offset > next) {
      this.onGap(partition, owned, first.offset);
      return false;
    }
    // A hole inside a fetch ends the step before it; the next one finds out whether the record is really absent.
    const hole = records.findIndex((record, index) => record.offset !== first.offset + index);
    try {
      const result = await this.work.take(partition, hole < 0 ? records : records.slice(0, hole));
      owned.lastWorkAt = this.hooks.now();
      if (result.kind === 'done') {
        owned.next = result.nextOffset;
        owned.soughtFor = null;
        return true;
      }
      this.hooks.logger.info({ partition, next }, 'the fence has moved: somebody else took these records');
    } catch (cause) {
      if (isHalt(cause)) {
        this.halt(partition, owned, cause);
        return false;
      }
      this.hooks.logger.warn({ partition, err: cause }, 'a batch failed, starting the partition again');
      this.hooks.onState(partition, { kind: 'failing', detail: describe(cause) });
    }
    this.beginAgain(partition, owned);
    return false;
  }

  /** A first record above the fence: the client may have jumped, so seek once; what is really absent halts the partition. */
  private onGap(partition: number, owned: Owned, found: number): void {
    const next = owned.next ?? 0;
    if (owned.soughtFor === next) {
      const missing = new PartitionHalt(
        'RECORD_ABSENT',
        `Record ${next} of partition ${partition} is absent, ${found} comes next: the topic was compacted or tampered with`,
      );
      return this.halt(partition, owned, missing);
    }
    owned.soughtFor = next;
    this.beginAgain(partition, owned);
  }

  private async look(partition: number, owned: Owned): Promise<void> {
    if (!this.isCurrent(partition, owned) || owned.next === null) return;
    try {
      if ((await this.work.look(partition)) === 'same') return;
      this.hooks.logger.info({ partition }, 'what is stored differs from what is held, starting the partition again');
    } catch (cause) {
      this.hooks.logger.warn({ partition, err: cause }, 'the idle look failed, starting the partition again');
    }
    this.beginAgain(partition, owned);
  }

  private async tickOnce(partition: number, owned: Owned): Promise<void> {
    if (!this.isCurrent(partition, owned) || owned.next === null || owned.next < owned.ticksFrom) return;
    try {
      if ((await this.work.tick?.(partition)) !== 'refused') return;
      this.hooks.logger.info({ partition }, 'the fence has moved: somebody else did what was due');
    } catch (cause) {
      if (isHalt(cause)) return this.halt(partition, owned, cause);
      this.hooks.logger.warn({ partition, err: cause }, 'what was due could not be done, starting the partition again');
      this.hooks.onState(partition, { kind: 'failing', detail: describe(cause) });
    }
    this.beginAgain(partition, owned);
  }

  /** Starts anew after the step that is under way, not inside it: the client must get back to its heartbeats meanwhile. */
  private beginAgain(partition: number, owned: Owned): void {
    if (!this.isCurrent(partition, owned)) return;
    this.log.pause(partition);
    owned.next = null;
    this.beginSoon(partition, owned);
  }

  /**
   * Records below the one asked for: the client was out of range and jumped to the beginning, which it does without a word.
   * Starting again finds out what became of the log.
   */
  private hasJumped(owned: Owned, records: readonly LogRecord[]): boolean {
    const asked = owned.toVerify?.offset ?? owned.next;
    const first = records[0];
    return asked !== null && first !== undefined && first.offset < asked;
  }

  /** The log has to show, before the position, the record that was applied last. False when it does not. */
  private verify(partition: number, owned: Owned, records: readonly LogRecord[]): boolean {
    const expected = owned.toVerify;
    if (expected === null || !this.isCurrent(partition, owned) || records.length === 0) return true;
    const found = records.find((record) => record.offset === expected.offset);
    owned.toVerify = null;
    if (found?.appendedAt === expected.appendedAt) return true;
    const shown = found === undefined ? 'none' : `one appended at ${new Date(found.appendedAt).toISOString()}`;
    const message = `Record ${expected.offset} of partition ${partition}, the last one applied, was appended at ${new Date(expected.appendedAt).toISOString()}; the log has ${shown} there: the topic was deleted and made anew`;
    this.halt(partition, owned, new PartitionHalt('LOG_RECREATED', message));
    return false;
  }

  private halt(partition: number, owned: Owned, cause: PartitionHalt): void {
    if (!this.isCurrent(partition, owned)) return;
    const isNews = owned.halted !== cause.message;
    Object.assign(owned, { next: null, halted: cause.message, lastWorkAt: this.hooks.now() });
    this.log.pause(partition);
    this.work.drop(partition);
    if (isNews) this.hooks.logger.error({ partition, code: cause.code }, cause.message);
    this.hooks.onState(partition, { kind: 'halted', detail: cause.message });
  }
}

// Matched by name: instances of another realm (Jest) are no instances of ours.
const isHalt = (cause: unknown): cause is PartitionHalt => cause instanceof Error && cause.name === 'PartitionHalt';
const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
