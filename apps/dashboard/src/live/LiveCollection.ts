/** What every live object has: by `id` it is found, by `version` an older message about it is told from a newer one. */
export interface Versioned {
  readonly id: string;
  readonly version: number;
}

export const BATCH_KINDS = ['SNAPSHOT', 'DELTA', 'RESET'] as const;

/** One message of a stream, as schema.graphql's `Batch`. */
export interface Batch<T extends Versioned> {
  readonly kind: (typeof BATCH_KINDS)[number];
  readonly cursor: string;
  /** False while more SNAPSHOT batches follow. */
  readonly complete: boolean;
  readonly objects: readonly T[];
  readonly removedIds: readonly string[];
}

/** What a batch did. `before` is null for an object that was not held. */
export interface Taken<T> {
  readonly changed: readonly { readonly before: T | null; readonly after: T }[];
  readonly removed: readonly T[];
}

/**
 * The objects of one stream, merged from its batches. A SNAPSHOT that follows something already held is gathered aside and swapped in
 * when complete, so that a reconnect never blanks the screen; the very first one shows as it arrives. After RESET versions may start
 * over, so nothing held outlives the SNAPSHOT that follows.
 */
export class LiveCollection<T extends Versioned> {
  private readonly held = new Map<string, T>();
  private gathering: Map<string, T> | null = null;
  private isReset = false;
  private position: string | null = null;
  private wasComplete = false;

  /** `takesSame`: objects whose looks change without a version (an order becomes late) are taken again under the same one. */
  constructor(private readonly takesSame: boolean = false) {}

  /** Position to resume from; null where only a SNAPSHOT helps: before the first complete one, and after RESET. */
  get cursor(): string | null {
    return this.position;
  }

  /** Whether a SNAPSHOT was ever complete, so that "nothing held" means "there is nothing". */
  get isComplete(): boolean {
    return this.wasComplete;
  }

  get objects(): ReadonlyMap<string, T> {
    return this.held;
  }

  /** To be called before each subscribing: half of a SNAPSHOT of the last connection is worth nothing to this one. */
  begin(): void {
    this.gathering = null;
  }

  /** Gives the position up, so that the next subscribing starts with a SNAPSHOT: for a cursor that the gateway refuses. */
  forgetCursor(): void {
    this.position = null;
  }

  take(batch: Batch<T>): Taken<T> {
    switch (batch.kind) {
      case 'RESET':
        this.gathering = new Map();
        this.isReset = true;
        this.position = null;
        return { changed: [], removed: [] };
      case 'SNAPSHOT':
        return this.takeSnapshot(batch);
      case 'DELTA':
        if (this.gathering === null) this.position = batch.cursor;
        return this.merge(this.gathering ?? this.held, batch, this.gathering === null);
    }
  }

  private takeSnapshot(batch: Batch<T>): Taken<T> {
    const isFirst = !this.wasComplete && !this.isReset;
    this.gathering ??= new Map();
    this.merge(this.gathering, batch, false);
    if (batch.complete) return this.swap(batch.cursor);
    return isFirst ? this.merge(this.held, batch, true) : { changed: [], removed: [] };
  }

  private swap(cursor: string): Taken<T> {
    const next = this.gathering ?? new Map<string, T>();
    const changed: { before: T | null; after: T }[] = [];
    const removed = [...this.held.values()].filter((object) => !next.has(object.id));
    for (const object of removed) this.held.delete(object.id);
    for (const after of next.values()) {
      const before = this.held.get(after.id) ?? null;
      const isNews =
        before === null || (this.isReset || (this.takesSame && after.version === before.version) ? !isSame(before, after) : after.version > before.version);
      if (!isNews) continue;
      this.held.set(after.id, after);
      changed.push({ before, after });
    }
    this.gathering = null;
    this.isReset = false;
    this.wasComplete = true;
    this.position = cursor;
    return { changed, removed };
  }

  private merge(into: Map<string, T>, batch: Batch<T>, isTold: boolean): Taken<T> {
    const changed: { before: T | null; after: T }[] = [];
    const removed: T[] = [];
    for (const after of batch.objects) {
      const before = into.get(after.id) ?? null;
      if (before !== null && (after.version < before.version || (after.version === before.version && !this.takesSame))) continue;
      into.set(after.id, after);
      if (isTold) changed.push({ before, after });
    }
    for (const id of batch.removedIds) {
      const before = into.get(id);
      if (before === undefined) continue;
      into.delete(id);
      if (isTold) removed.push(before);
    }
    return { changed, removed };
  }
}

/** Objects of a stream are flat: what JSON says of them is all there is. */
function isSame<T extends Versioned>(a: T, b: T): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
