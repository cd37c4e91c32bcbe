/** Events whose content the door remembers at least; twice as many at most, about 60 MB: the last seconds to minutes under load. Inventory finds older repeats. */
const RECENT_EVENTS_MIN = 100_000;

/** What the door knows of an event that the log has. */
export interface RecentEvent {
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  readonly location: string;
}

/**
 * Events that this process lately got acknowledged by the log, by identityKey, so that a repeat can be told DUPLICATE and a conflict
 * refused at once. A help for callers only: exactness rests on inventory's event keys. Kept in two generations, since a Map that loses
 * its oldest entry each time walks over all that it lost before (41 % of the door's time in a profile).
 */
export class RecentEvents {
  private young = new Map<string, RecentEvent>();
  private old = new Map<string, RecentEvent>();

  constructor(private readonly eventsMin: number = RECENT_EVENTS_MIN) {}

  find(identity: string): RecentEvent | undefined {
    return this.young.get(identity) ?? this.old.get(identity);
  }

  /** The first content stays: what comes later under the same id is no better known to have won. */
  remember(identity: string, event: RecentEvent): void {
    this.young.set(identity, this.find(identity) ?? event);
    if (this.young.size < this.eventsMin) return;
    this.old = this.young;
    this.young = new Map();
  }
}
