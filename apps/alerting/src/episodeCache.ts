import type { Alert } from '@quayside/contracts';

/** Fingerprints kept per partition: about 1.5 kB for each with an episode, 0.1 kB for each without. */
const FINGERPRINTS_MAX = 5_000;

/**
 * The newest episode of the fingerprints that were looked at last, or null where there is none. It belongs to one fence
 * position: whoever holds it drops it whenever the fence was moved by somebody else, or may have been.
 */
export class EpisodeCache {
  private readonly newest = new Map<string, Alert | null>();

  /** Undefined: not known here. */
  find(fingerprint: string): Alert | null | undefined {
    return this.newest.get(fingerprint);
  }

  keep(newest: ReadonlyMap<string, Alert | null>): void {
    for (const [fingerprint, alert] of newest) {
      this.newest.delete(fingerprint);
      this.newest.set(fingerprint, alert);
    }
    for (const oldest of this.newest.keys()) {
      if (this.newest.size <= FINGERPRINTS_MAX) return;
      this.newest.delete(oldest);
    }
  }
}
