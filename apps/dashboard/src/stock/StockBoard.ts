import type { FrameBell } from '../live/FrameBell.js';
import type { Freshness } from '../live/freshness.js';
import { LiveCollection, type Taken } from '../live/LiveCollection.js';
import { FIGURES, type Figure, type Level, type LevelBatch } from './level.js';

/** A figure that changed. `delta` is null where there was, or is now, no figure (a reorder point set or taken away). */
export interface Flash {
  readonly atMs: number;
  readonly delta: number | null;
}

/** A level as shown; a new object whenever it has changed, so that one comparison tells a row whether to render. */
export interface ShownLevel {
  readonly level: Level;
  readonly flashes: Readonly<Partial<Record<Figure, Flash>>>;
}

const NO_FLASHES: ShownLevel['flashes'] = {};

/** What the grid shows: the live levels, or while paused what they were, with a count of what has changed since. */
export class StockBoard {
  private readonly live = new LiveCollection<Level>();
  private readonly shown = new Map<string, ShownLevel>();
  private missedIds: Set<string> | null = null;
  private newestFreshness: Freshness | null = null;
  private changeCount = 0;
  private membershipCount = 0;
  private readonly moved = new Map<string, number>();

  constructor(
    readonly bell: FrameBell,
    private readonly nowMs: () => number,
  ) {}

  get levels(): ReadonlyMap<string, ShownLevel> {
    return this.shown;
  }

  get isComplete(): boolean {
    return this.live.isComplete;
  }

  /** When stock of a location last moved while this page looked on, milliseconds since 1970; by code. */
  get movedAtMs(): ReadonlyMap<string, number> {
    return this.moved;
  }

  get freshness(): Freshness | null {
    return this.newestFreshness;
  }

  /** Grows with every change of what is shown. */
  get revision(): number {
    return this.changeCount;
  }

  /** Grows when a level comes or goes. */
  get membershipRevision(): number {
    return this.membershipCount;
  }

  get isPaused(): boolean {
    return this.missedIds !== null;
  }

  /** How many levels have changed since `pause`. */
  get missedCount(): number {
    return this.missedIds?.size ?? 0;
  }

  begin(): string | null {
    this.live.begin();
    return this.live.cursor;
  }

  forgetCursor(): void {
    this.live.forgetCursor();
  }

  take(batch: LevelBatch): void {
    const wasComplete = this.live.isComplete;
    const taken = this.live.take(batch);
    this.newestFreshness = batch.freshness;
    for (const { before, after } of taken.changed) if (before !== null && isMovement(before, after)) this.noteMovement(after);
    if (this.missedIds === null) this.show(taken);
    else this.remember(taken, this.missedIds);
    const isNews = taken.changed.length > 0 || taken.removed.length > 0 || wasComplete !== this.live.isComplete;
    if (isNews) this.announce();
  }

  pause(): void {
    this.missedIds ??= new Set();
    this.announce();
  }

  /** Shows the live levels again; what has changed meanwhile flashes, with the whole difference. */
  resume(): void {
    const changed: { before: Level | null; after: Level }[] = [];
    const removed: Level[] = [];
    for (const id of this.missedIds ?? []) {
      const before = this.shown.get(id)?.level ?? null;
      const after = this.live.objects.get(id);
      if (after !== undefined) changed.push({ before, after });
      else if (before !== null) removed.push(before);
    }
    this.missedIds = null;
    this.show({ changed, removed });
    this.announce();
  }

  private show(taken: Taken<Level>): void {
    const atMs = this.nowMs();
    for (const { before, after } of taken.changed) {
      const held = this.shown.get(after.id);
      const flashes = before === null || held === undefined ? NO_FLASHES : { ...held.flashes, ...flashesOf(before, after, atMs) };
      this.shown.set(after.id, { level: after, flashes });
      if (held === undefined) this.membershipCount += 1;
    }
    for (const level of taken.removed) if (this.shown.delete(level.id)) this.membershipCount += 1;
  }

  private noteMovement({ location, updatedAtMs }: Level): void {
    this.moved.set(location, Math.max(updatedAtMs, this.moved.get(location) ?? 0));
  }

  private remember(taken: Taken<Level>, missedIds: Set<string>): void {
    for (const { after } of taken.changed) missedIds.add(after.id);
    for (const level of taken.removed) missedIds.add(level.id);
  }

  private announce(): void {
    this.changeCount += 1;
    this.bell.ring();
  }
}

/** A reorder point is set by people here: it says nothing of whether the warehouse talks. */
const isMovement = (before: Level, after: Level): boolean => FIGURES.some((figure) => figure !== 'reorderPoint' && before[figure] !== after[figure]);

function flashesOf(before: Level, after: Level, atMs: number): ShownLevel['flashes'] {
  const flashes: Partial<Record<Figure, Flash>> = {};
  for (const figure of FIGURES) {
    const [was, is] = [before[figure], after[figure]];
    if (was === is) continue;
    flashes[figure] = { atMs, delta: was === null || is === null ? null : is - was };
  }
  return flashes;
}
