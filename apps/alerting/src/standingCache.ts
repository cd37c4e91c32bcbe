import type { Standing } from '@quayside/alerts';

/** Fingerprints kept per partition: about 1.5 kB for each with an episode, 0.1 kB for each without. */
const FINGERPRINTS_MAX = 5_000;

/**
 * What stands of the fingerprints that were looked at last, also where that is nothing. It belongs to one fence position:
 * whoever holds it drops it whenever the fence was moved by somebody else, or may have been.
 */
export class StandingCache {
  private readonly standings = new Map<string, Standing>();

  /** Undefined: not known here. */
  find(fingerprint: string): Standing | undefined {
    return this.standings.get(fingerprint);
  }

  keep(standings: ReadonlyMap<string, Standing>): void {
    for (const [fingerprint, standing] of standings) {
      this.standings.delete(fingerprint);
      this.standings.set(fingerprint, standing);
    }
    for (const oldest of this.standings.keys()) {
      if (this.standings.size <= FINGERPRINTS_MAX) return;
      this.standings.delete(oldest);
    }
  }
}
