import { decodeTimerContent, NOTHING_STANDS, type AlertTimer, type Known, type Standing } from '@quayside/alerts';
import type { StoredTimer } from '@quayside/store';
import type { AlertStore, AskedFingerprints } from './alertingPorts.js';
import type { StandingCache } from './standingCache.js';

export const toTimer = ({ content, ...timer }: StoredTimer): AlertTimer => ({ ...timer, content: decodeTimerContent(content) });

/** What stands of these fingerprints; each of them is in the answer. */
export async function readStandings(store: AlertStore, { partition, fingerprints }: AskedFingerprints): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>(fingerprints.map((fingerprint) => [fingerprint, NOTHING_STANDS]));
  if (standings.size === 0) return standings;
  const asked = { partition, fingerprints: [...standings.keys()] };
  const [episodes, timers] = await Promise.all([store.readEpisodes(asked), store.readTimers(asked)]);
  for (const newest of episodes) standings.set(newest.fingerprint, { newest, timer: null });
  for (const timer of timers) standings.set(timer.fingerprint, { newest: standings.get(timer.fingerprint)?.newest ?? null, timer: toTimer(timer) });
  return standings;
}

/** What a step knows and has decided of its fingerprints: from the cache, from the store, and from its own folds. */
export class KnownStandings {
  readonly standings = new Map<string, Standing>();

  constructor(
    private readonly store: AlertStore,
    private readonly held: { readonly partition: number; readonly cache: StandingCache },
  ) {}

  /** Makes sure that these are known. */
  async know(fingerprints: readonly string[]): Promise<void> {
    const { partition, cache } = this.held;
    const unknown = new Set<string>();
    for (const fingerprint of fingerprints) {
      if (this.standings.has(fingerprint)) continue;
      const cached = cache.find(fingerprint);
      if (cached === undefined) unknown.add(fingerprint);
      else this.standings.set(fingerprint, cached);
    }
    this.learn(await readStandings(this.store, { partition, fingerprints: [...unknown] }));
  }

  learn(standings: Known): void {
    for (const [fingerprint, standing] of standings) this.standings.set(fingerprint, standing);
  }

  /** What a fold of these needs. Throws where one was never read. */
  of(fingerprints: readonly string[]): Known {
    const known = new Map<string, Standing>();
    for (const fingerprint of fingerprints) {
      const standing = this.standings.get(fingerprint);
      if (standing === undefined) throw new Error(`What stands of ${fingerprint} was never read`);
      known.set(fingerprint, standing);
    }
    return known;
  }
}
