import { identityKey } from '@quayside/standards';

/** Events whose content the door remembers at least; twice as many at most, about 40 MB: the last seconds to minutes under load. Inventory finds older repeats. */
const RECENT_EVENTS_MIN = 100_000;

/**
 * Content hashes of events that this process lately got acknowledged by the log, so that a repeat can be told DUPLICATE and a conflict
 * refused at once. A help for callers only: exactness rests on inventory's event keys. Kept in two generations, since a Map that loses
 * its oldest entry each time walks over all that it lost before (41 % of the door's time in a profile).
 */
export class RecentEvents {
  private young = new Map<string, string>();
  private old = new Map<string, string>();

  constructor(private readonly eventsMin: number = RECENT_EVENTS_MIN) {}

  /** `identity` is an identityKey. */
  hashOf(identity: string): string | undefined {
    return this.young.get(identity) ?? this.old.get(identity);
  }

  /** The first content stays: what comes later under the same id is no better known to have won. */
  remember(event: { readonly source: string; readonly id: string }, hash: string): void {
    const identity = identityKey(event);
    this.young.set(identity, this.hashOf(identity) ?? hash);
    if (this.young.size < this.eventsMin) return;
    this.old = this.young;
    this.young = new Map();
  }
}
