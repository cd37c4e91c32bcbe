import type { ChangeNumber, Numbered } from '@quayside/contracts';
import { Ring, type Held, type Objects } from './ring.js';
import { encodeStreamCursor, isOfEpoch, type StreamCursor } from './streamCursor.js';

/**
 * Changes held per partition: with 24 partitions about 100,000, some 80 MB when full; at 5,000 changes a second, spread evenly,
 * a reader may be 20 s behind before it has to start over.
 */
export const RING_ITEMS_MAX = 4_096;

/** The topics themselves are kept for 7 days (architecture.md, "The log"). */
const RETENTION_MS_MAX = 7 * 86_400_000;

/** The newest stretch of a numbered topic over all its partitions, and the store it belongs to. */
export class Stretch<T> {
  private rings = new Map<number, Ring<T>>();
  private readonly listeners = new Set<() => void>();
  private shownHead: string | null = null;

  constructor(
    private readonly objects: Objects<T>,
    private storeEpoch: string = '',
    private readonly itemsMax: number = RING_ITEMS_MAX,
    private readonly now: () => number = Date.now,
  ) {}

  get epoch(): string {
    return this.storeEpoch;
  }

  /** Adds a partition's next changes, which reach up to `head` (others than of these objects have numbers too), and tells the listeners. */
  append(partition: number, items: readonly Numbered<T>[], head?: ChangeNumber): void {
    const ring = this.ring(partition);
    ring.append(items, this.now());
    if (head !== undefined) ring.advance(head);
    this.tell();
  }

  /** Forgets what a partition held and goes on after `number`. Cursors from before are no longer retained. */
  jump(partition: number, number: ChangeNumber | null): void {
    this.ring(partition).jump(number, this.now());
    this.tell();
  }

  /** Another store: all that is held means other changes, and every cursor out there is void. */
  restart(epoch: string): void {
    this.storeEpoch = epoch;
    this.rings = new Map();
    this.tell();
  }

  headOf(partition: number): ChangeNumber | null {
    return this.rings.get(partition)?.head ?? null;
  }

  head(): StreamCursor {
    const numbers = new Map<number, ChangeNumber>();
    for (const [partition, { head }] of this.rings) if (head !== null) numbers.set(partition, head);
    return { epoch: this.storeEpoch, numbers };
  }

  /** The head in wire form, made once a change. */
  showHead(): string {
    this.shownHead ??= encodeStreamCursor(this.head());
    return this.shownHead;
  }

  isRetained(cursor: StreamCursor): boolean {
    if (!isOfEpoch(cursor, this.storeEpoch)) return false;
    for (const [partition, ring] of this.rings) if (!ring.isRetained(cursor.numbers.get(partition) ?? null)) return false;
    return true;
  }

  /** How long ago something came that can no longer be resumed from, ms, at most RETENTION_MS_MAX: younger cursors are retained. */
  retentionMs(at: number): number {
    let shortest = RETENTION_MS_MAX;
    for (const { lostAt } of this.rings.values()) if (lostAt !== null) shortest = Math.min(shortest, Math.max(0, at - lostAt));
    return shortest;
  }

  /** What came after a retained cursor; of one partition in order, partitions one after the other. */
  *since(cursor: StreamCursor): Iterable<Held<T>> {
    for (const [partition, ring] of this.rings) yield* ring.since(cursor.numbers.get(partition) ?? null);
  }

  /** Calls `listen` after each change; returns how to end that. */
  onChange(listen: () => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }

  private ring(partition: number): Ring<T> {
    const ring = this.rings.get(partition) ?? new Ring<T>(this.itemsMax, this.objects);
    this.rings.set(partition, ring);
    return ring;
  }

  private tell(): void {
    this.shownHead = null;
    for (const listen of this.listeners) listen();
  }
}
