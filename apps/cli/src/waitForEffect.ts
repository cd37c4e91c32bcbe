import { partitionOf } from '@quayside/contracts';
import { readEventPlaces, type OwnedEvent, type EventPlace } from '@quayside/store';
import { Fault } from './fault.js';
import type { Stores } from './stores.js';

/** An event that was accepted, and when. */
export interface Accepted extends OwnedEvent {
  /** performance.now() when its batch went out, and when the answer came. */
  readonly sentMs: number;
  readonly acceptedMs: number;
}
/** Milliseconds since the event was sent, a stage each. */
export interface EffectTimes {
  readonly source: string;
  readonly id: string;
  readonly state: string;
  readonly acceptedMs: number;
  readonly appliedMs: number;
  readonly visibleMs: number;
}

/** How close the times are: a look costs one query and a read of Redis a partition. */
const LOOK_MS = 5;

/** Identity and owner of an event as sent; null for one that cannot be read (the door refuses it). */
export function identityOf(event: string): OwnedEvent | null {
  try {
    const { source, id, data } = JSON.parse(event) as { source?: unknown; id?: unknown; data?: { location?: unknown } };
    if (typeof source !== 'string' || typeof id !== 'string' || typeof data?.location !== 'string') return null;
    return { source, id, partition: partitionOf(data.location) };
  } catch {
    return null;
  }
}

/** Waits until events are in Postgres and Redis shows them. Rejects with Fault when that takes longer than `withinMs`. */
export async function waitForEffect({ database, live }: Stores, accepted: readonly Accepted[], withinMs: number): Promise<EffectTimes[]> {
  const times: EffectTimes[] = [];
  const appliedMs = new Map<Accepted, { readonly place: EventPlace; readonly ms: number }>();
  let pending = accepted;
  const deadlineMs = performance.now() + withinMs;
  while (pending.length > 0) {
    if (performance.now() > deadlineMs) {
      const [first] = pending;
      const stage = first !== undefined && appliedMs.has(first) ? 'visible' : 'applied';
      throw new Fault({
        what: `${pending.length} events are accepted but not ${stage} within ${withinMs / 1_000} s`,
        why: `the first is ${first?.source} ${first?.id}`,
        fix: 'They are safe in the log. `npm run quayside -- doctor` says what holds them up.',
      });
    }
    await addApplied(
      { database },
      pending.filter((each) => !appliedMs.has(each)),
      appliedMs,
    );
    const cursors = await readCursors(live, [...new Set(pending.map((each) => each.partition))]);
    const nowMs = performance.now();
    pending = pending.filter((each) => {
      const applied = appliedMs.get(each);
      if (applied === undefined || (cursors.get(each.partition) ?? -1) <= applied.place.offset) return true;
      const since = (ms: number): number => Math.round((ms - each.sentMs) * 10) / 10;
      times.push({
        source: each.source,
        id: each.id,
        state: applied.place.state,
        acceptedMs: since(each.acceptedMs),
        appliedMs: since(applied.ms),
        visibleMs: since(nowMs),
      });
      return false;
    });
    if (pending.length > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return times;
}

async function addApplied(
  { database }: Pick<Stores, 'database'>,
  missing: readonly Accepted[],
  found: Map<Accepted, { place: EventPlace; ms: number }>,
): Promise<void> {
  const places = new Map((await readEventPlaces(database.pool, missing)).map((place) => [keyOf(place), place]));
  const ms = performance.now();
  for (const each of missing) {
    const place = places.get(keyOf(each));
    if (place !== undefined) found.set(each, { place, ms });
  }
}

async function readCursors(live: Stores['live'], partitions: readonly number[]): Promise<Map<number, number>> {
  return new Map(await Promise.all(partitions.map(async (partition) => [partition, (await live.readCursor(partition))?.offset ?? -1] as const)));
}

const keyOf = ({ partition, source, id }: OwnedEvent): string => `${partition}|${source}|${id}`;
