import { compareNumbers, type ChangeNumber, type Numbered } from '@quayside/contracts';

/** One held change. `before` is the version of the same object that stood before it, null where this is its first, 'unknown' where it had left the ring. */
export interface Held<T> extends Numbered<T> {
  readonly key: string;
  readonly before: T | null | 'unknown';
  /** When it came, ms since 1970. */
  readonly heldAt: number;
}

/** What a ring needs to know of its objects. */
export interface Objects<T> {
  keyOf(object: T): string;
  /** Grows by one with each change of the object; 1 is its first. */
  versionOf(object: T): number;
}

/** When this share of the bound is exceeded, the oldest are dropped together: dropping one by one would move the array each time. */
const SLACK = 1.25;

/**
 * The newest changes of one partition, at most `itemsMax` (the oldest go). `floor` is the number up to which changes are
 * no longer, or never were, held: null = nothing is missing. `head` is the number of the last one taken.
 */
export class Ring<T> {
  private items: Held<T>[] = [];
  private readonly newest = new Map<string, Held<T>>();
  floor: ChangeNumber | null = null;
  /** When the last change that is no longer held came, ms since 1970; null where nothing is missing. */
  lostAt: number | null = null;
  head: ChangeNumber | null = null;

  constructor(
    private readonly itemsMax: number,
    private readonly objects: Objects<T>,
  ) {}

  get size(): number {
    return this.items.length;
  }

  /** Moves the head on to a number up to which there is nothing (more) to hold. */
  advance(number: ChangeNumber): void {
    if (this.head === null || compareNumbers(number, this.head) > 0) this.head = number;
  }

  /** Takes what follows the head, in order. Throws for a number that does not: dropping repeats is the receiver's business. */
  append(items: readonly Numbered<T>[], heldAt: number): void {
    for (const { at, what } of items) {
      if (this.head !== null && compareNumbers(at, this.head) <= 0) throw new Error(`Change ${at.join('.')} does not follow ${this.head.join('.')}`);
      const key = this.objects.keyOf(what);
      const first = this.objects.versionOf(what) === 1;
      const held: Held<T> = { at, what, key, before: this.newest.get(key)?.what ?? (first ? null : 'unknown'), heldAt };
      this.newest.set(key, held);
      this.items.push(held);
      this.head = at;
    }
    if (this.items.length > this.itemsMax * SLACK) this.drop(this.items.length - this.itemsMax);
  }

  /** Forgets all: what is up to `number` will have to be read elsewhere. */
  jump(number: ChangeNumber | null, at: number): void {
    this.items = [];
    this.newest.clear();
    this.floor = number;
    this.lostAt = at;
    this.head = number;
  }

  /** Whether everything after `number` (null: after nothing) is held. */
  isRetained(number: ChangeNumber | null): boolean {
    return this.floor === null || (number !== null && compareNumbers(number, this.floor) >= 0);
  }

  /** What came after `number`, oldest first. */
  since(number: ChangeNumber | null): readonly Held<T>[] {
    if (number === null) return this.items;
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.items[middle];
      if (item !== undefined && compareNumbers(item.at, number) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.items : this.items.slice(low);
  }

  private drop(count: number): void {
    const gone = this.items.slice(0, count);
    this.items = this.items.slice(count);
    for (const item of gone) if (this.newest.get(item.key) === item) this.newest.delete(item.key);
    const last = gone[gone.length - 1];
    if (last === undefined) return;
    this.floor = last.at;
    this.lostAt = last.heldAt;
  }
}
