import type { Instant } from '@quayside/contracts';
import { sees, type Visible } from '../visible.js';
import type { SiteClocks } from './siteClocks.js';

/** The SDL's Freshness. */
export interface Freshness {
  readonly lastEventAt: Instant | null;
  readonly lastProcessedAt: Instant | null;
  readonly lagMs: number;
  readonly state: 'LIVE' | 'LAGGING' | 'STALE' | 'REBUILDING';
}
/** One object of an answer, by what its age follows from. */
export interface Dated {
  readonly location: string;
  readonly lastEventAt: Instant | null;
  readonly processedAt: Instant | null;
}

/** Int of GraphQL: 24 days in ms; a site that is silent for longer is told as this. */
const LAG_MS_MAX = 2 ** 31 - 1;

/** Says how old answers are. STALE needs an expected cadence of the source, which nothing knows yet, and REBUILDING a rebuild: neither is claimed. */
export class FreshnessGauge {
  constructor(private readonly parts: { readonly sites: SiteClocks; readonly now: () => Instant; readonly isFollowing: () => boolean }) {}

  /** Of an answer that holds these objects; its slowest source is the site among theirs that was heard of longest ago. */
  of(objects: Iterable<Dated>): Freshness {
    const { sites } = this.parts;
    let lastEventAt: Instant | null = null;
    let lastProcessedAt: Instant | null = null;
    let slowest: Instant | null = null;
    const seen = new Set<string>();
    for (const { location, lastEventAt: eventAt, processedAt } of objects) {
      if (eventAt !== null) sites.note(location, eventAt);
      lastEventAt = latest(lastEventAt, eventAt);
      lastProcessedAt = latest(lastProcessedAt, processedAt);
      seen.add(location);
    }
    for (const location of seen) {
      const heard = sites.newestOf(location);
      if (heard !== null && (slowest === null || heard < slowest)) slowest = heard;
    }
    return { lastEventAt, lastProcessedAt, ...this.age(slowest) };
  }

  /** Of a list or a batch; an empty one is as fresh as all that may be seen, since that is what it says nothing new about. */
  ofAnswer(objects: readonly Dated[], visible: Visible): Freshness {
    return objects.length === 0 ? this.ofAll(visible) : this.of(objects);
  }

  /** Of all that may be seen, as far as this gateway has heard of it. */
  ofAll(visible: Visible): Freshness {
    const { sites } = this.parts;
    const locations = [...sites.locations()].filter((location) => sees(visible, location));
    return this.of(locations.map((location) => ({ location, lastEventAt: sites.newestOf(location), processedAt: null })));
  }

  private age(slowest: Instant | null): Pick<Freshness, 'lagMs' | 'state'> {
    const lagMs = slowest === null ? 0 : Math.min(LAG_MS_MAX, Math.max(0, this.parts.now() - slowest));
    return { lagMs, state: this.parts.isFollowing() ? 'LIVE' : 'LAGGING' };
  }
}

const latest = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null ? a : Math.max(a, b));
