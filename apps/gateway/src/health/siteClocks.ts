import type { Instant } from '@quayside/contracts';

/** Sites kept; the one heard of longest ago goes. */
const SITES_MAX = 10_000;

/** The newest event that this gateway has seen of each site (location): how fresh what it shows can be. */
export class SiteClocks {
  private readonly newest = new Map<string, Instant>();

  note(location: string, occurredAt: Instant): void {
    const before = this.newest.get(location);
    if (before !== undefined && before >= occurredAt) return;
    this.newest.delete(location); // to the end: the longest unheard goes first
    if (this.newest.size >= SITES_MAX) this.newest.delete(this.newest.keys().next().value ?? '');
    this.newest.set(location, occurredAt);
  }

  newestOf(location: string): Instant | null {
    return this.newest.get(location) ?? null;
  }

  /** All sites known. */
  locations(): Iterable<string> {
    return this.newest.keys();
  }
}
