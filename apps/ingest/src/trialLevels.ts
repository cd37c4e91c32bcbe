import { available, emptyLevel, levelKey, onHand, position, type Level } from '@quayside/contracts';
import type { Booking } from '@quayside/stock';

/** A level while events are tried out. What depends on decisions that are made in the log only is not known any more. */
export interface TrialLevel {
  readonly level: Level;
  /** Whether the quantities in its buckets are known. */
  readonly isStockKnown: boolean;
  /** Whether `reserved` is known. */
  readonly isReservedKnown: boolean;
}

/** A level that a fact would take beyond what a quantity can hold. */
export const isCountable = (level: Level): boolean =>
  [level.sellable, level.inspection, level.hold, level.damaged, onHand(level), available(level), position(level)].every(Number.isSafeInteger);

/** The levels of this moment, with what is tried out laid over them. */
export class TrialLevels {
  private readonly tried = new Map<string, TrialLevel>();
  private readonly doubted = new Map<string, { readonly stock: boolean }>();
  /** What stood in `tried` before the event that is being tried out. */
  private before = new Map<string, TrialLevel | undefined>();

  constructor(private readonly known: ReadonlyMap<string, Level>) {}

  of(location: string, sku: string): TrialLevel {
    const doubt = this.doubted.get(location);
    const { level, isStockKnown, isReservedKnown } = this.tried.get(levelKey(location, sku)) ?? {
      level: this.known.get(levelKey(location, sku)) ?? emptyLevel(location, sku),
      isStockKnown: true,
      isReservedKnown: true,
    };
    return { level, isStockKnown: isStockKnown && doubt?.stock !== true, isReservedKnown: isReservedKnown && doubt === undefined };
  }

  /** The next event begins: up to here, nothing is taken back any more. */
  begin(): void {
    this.before = new Map();
  }

  /** Takes back what the event has done to levels that it names. */
  takeBack(): void {
    for (const [key, level] of this.before) {
      if (level === undefined) this.tried.delete(key);
      else this.tried.set(key, level);
    }
    this.before = new Map();
  }

  private put(next: TrialLevel): void {
    const key = levelKey(next.level.location, next.level.sku);
    if (!this.before.has(key)) this.before.set(key, this.tried.get(key));
    this.tried.set(key, next);
  }

  /** Books on a level, within one event: `isFirst` where the event has not changed it yet. */
  book(location: string, { sku, bucket, delta }: Booking, { isFirst, occurredAt }: { readonly isFirst: boolean; readonly occurredAt: number }): TrialLevel {
    const before = this.of(location, sku);
    const { level } = before;
    const next: TrialLevel = {
      ...before,
      level: {
        ...level,
        [bucket]: level[bucket] + delta,
        version: isFirst ? level.version + 1 : level.version,
        lastEventAt: Math.max(level.lastEventAt ?? occurredAt, occurredAt),
      },
      // Whoever waits is served as soon as there is more.
      isReservedKnown: before.isReservedKnown && (bucket !== 'sellable' || delta < 0 || level.backordered === 0),
    };
    this.put(next);
    return next;
  }

  /** From here on, what is reserved of a level is known no more; nor, with `stock`, what is on hand. */
  doubt(location: string, sku: string, { stock }: { readonly stock: boolean }): void {
    const before = this.of(location, sku);
    this.put({ ...before, isStockKnown: before.isStockKnown && !stock, isReservedKnown: false });
  }

  /** The same of all levels of a location, since the event does not say which it touches. */
  doubtAll(location: string, { stock }: { readonly stock: boolean }): void {
    this.doubted.set(location, { stock: stock || this.doubted.get(location)?.stock === true });
  }

  /** Levels that were booked on or doubted by name, as they stood before and as they would stand. */
  list(): { readonly now: Level | null; readonly after: TrialLevel }[] {
    return [...this.tried].map(([key, { level }]) => ({ now: this.known.get(key) ?? null, after: this.of(level.location, level.sku) }));
  }
}
