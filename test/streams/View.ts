import type { StreamBatch } from './StreamReader.js';

export interface Shown {
  readonly id: string;
  readonly version: number;
}

/** What a client that keeps to the rules of the SDL holds: versions only grow, a snapshot replaces what was held. */
export class View<T extends Shown> {
  private held = new Map<string, T>();
  /** Held from a snapshot: it may be ahead of the changes that follow its cursor, which are then to be dropped. */
  private ahead = new Set<string>();
  private gathering: Map<string, T> | null = null;
  /** Objects that came with an older version than was held in the same stretch of a stream. */
  reordered = 0;
  /** Objects that came again with the version that was held. */
  repeated = 0;
  deltas = 0;

  get objects(): ReadonlyMap<string, T> {
    return this.held;
  }

  take({ kind, complete, removedIds = [] }: StreamBatch, objects: readonly T[]): void {
    if (kind === 'RESET') {
      this.gathering = null;
      this.held = new Map();
      return;
    }
    if (kind === 'SNAPSHOT') {
      this.gathering ??= new Map();
      for (const object of objects) this.gathering.set(object.id, object);
      if (!complete) return;
      this.held = this.gathering;
      this.ahead = new Set(this.held.keys());
      this.gathering = null;
      return;
    }
    this.gathering = null;
    this.deltas++;
    for (const object of objects) {
      const before = this.held.get(object.id);
      if (before !== undefined && object.version < before.version) {
        if (!this.ahead.has(object.id)) this.reordered++;
        continue;
      }
      if (before?.version === object.version) this.repeated++;
      this.held.set(object.id, object);
      this.ahead.delete(object.id);
    }
    for (const id of removedIds) this.held.delete(id);
  }
}

/** How many objects differ between what is held and what is true, either way, by what `show` says of each. */
export function differences<T extends Shown>(held: ReadonlyMap<string, T>, truth: ReadonlyMap<string, string>, show: (object: T) => string): number {
  let count = 0;
  for (const [id, object] of held) if (truth.get(id) !== show(object)) count++;
  for (const id of truth.keys()) if (!held.has(id)) count++;
  return count;
}
