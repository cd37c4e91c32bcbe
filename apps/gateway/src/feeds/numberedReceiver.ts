import { compareNumbers, type ChangeNumber, type Numbered, type NumberedRecord } from '@quayside/contracts';
import type { Stretch } from './stretch.js';

/** Reads from Postgres what lies in `after` < number ≤ `to` of a partition; null where that is more than a ring could hold. */
export type ReadMissing<T> = (partition: number, after: ChangeNumber | null, to: ChangeNumber) => Promise<readonly Numbered<T>[] | null>;

/** A stretch as its topic's receiver sees it. */
export interface Holding<T> {
  headOf(partition: number): ChangeNumber | null;
  hold(partition: number, items: readonly Numbered<T>[], head: ChangeNumber): void;
  jump(partition: number, number: ChangeNumber): void;
  restart(epoch: string): void;
}

/** Holds in a stretch the objects whose new versions changes bring; null for a change of others: its number counts all the same. */
export function holdIn<T, Object>(stretch: Stretch<Object>, objectOf: (change: T) => Object | null): Holding<T> {
  return {
    headOf: (partition) => stretch.headOf(partition),
    hold: (partition, items, head) => {
      const held = items.flatMap(({ at, what }): Numbered<Object>[] => {
        const object = objectOf(what);
        return object === null ? [] : [{ at, what: object }];
      });
      stretch.append(partition, held, head);
    },
    jump: (partition, number) => stretch.jump(partition, number),
    restart: (epoch) => stretch.restart(epoch),
  };
}

export interface Receiving<T> {
  /** What this topic's changes are held in, at least one; all of them always stand at the same numbers. */
  readonly holdings: readonly [Holding<T>, ...Holding<T>[]];
  readonly readMissing: ReadMissing<T>;
  /** Told of each change once, in order within its partition, after it is held. */
  readonly onFresh: (fresh: readonly Numbered<T>[]) => void;
  readonly onGap: (gap: { partition: number; after: ChangeNumber | null; to: ChangeNumber; healed: boolean; cause?: unknown }) => void;
}

/**
 * Takes the records of a numbered topic into a stretch: repeats are dropped, gaps are read from the outcomes
 * (architecture.md, "A batch", 4). The publisher sends only what is committed, so what `after` names can be read at once.
 * Calls for one partition must not overlap.
 */
export class NumberedReceiver<T> {
  private readonly begun = new Set<number>();

  constructor(private readonly receiving: Receiving<T>) {}

  async take(partition: number, record: NumberedRecord<T>): Promise<void> {
    const { holdings } = this.receiving;
    if (!this.begun.has(partition)) {
      // The first record says where we come in: what was before it is history, and no cursor of it is retained.
      this.begun.add(partition);
      const { after } = record;
      if (after !== null) for (const holding of holdings) holding.jump(partition, after);
    } else if (isGap(record.after, holdings[0].headOf(partition))) {
      await this.fill(partition, record.after);
    }
    this.hold(partition, record.items);
  }

  /** Another store stands behind the topic: its numbers begin anew with the next record of each partition. */
  restart(epoch: string): void {
    this.begun.clear();
    for (const holding of this.receiving.holdings) holding.restart(epoch);
  }

  private async fill(partition: number, to: ChangeNumber): Promise<void> {
    const { holdings, readMissing, onGap } = this.receiving;
    const after = holdings[0].headOf(partition);
    const missing = await readMissing(partition, after, to).catch((cause: unknown) => ({ cause }));
    if (missing === null || 'cause' in missing) {
      // Too much, or Postgres is away: every reader starts over with a SNAPSHOT, which waits for Postgres.
      for (const holding of holdings) holding.jump(partition, to);
      onGap({ partition, after, to, healed: false, ...(missing !== null && { cause: missing.cause }) });
      return;
    }
    this.hold(
      partition,
      missing.filter(({ at }) => compareNumbers(at, to) <= 0),
    );
    onGap({ partition, after, to, healed: true });
  }

  /** Takes what is greater than the last number; the rest are repeats. */
  private hold(partition: number, items: readonly Numbered<T>[]): void {
    const { holdings, onFresh } = this.receiving;
    const head = holdings[0].headOf(partition);
    const fresh = items.filter(({ at }) => head === null || compareNumbers(at, head) > 0);
    const last = fresh[fresh.length - 1];
    if (last === undefined) return;
    for (const holding of holdings) holding.hold(partition, fresh, last.at);
    onFresh(fresh);
  }
}

function isGap(after: ChangeNumber | null, head: ChangeNumber | null): after is ChangeNumber {
  return after !== null && (head === null || compareNumbers(after, head) > 0);
}
