import type { Alert, ChangeNumber } from '@quayside/contracts';
import type { AlertFence, AlertOutcome, AlertOutcomesRead, AlertsCommit, AlertsCommitted } from '@quayside/store';
import type { AlertStore, OffsetRange } from './alertingPorts.js';

/** Outcomes read in one go: few, so that tests read on. */
const OUTCOMES_MAX = 3;

/** Alerting's tables in memory: the twin of libs/store's, with the same refusals and the same unique episodes. */
export class MemoryAlertStore implements AlertStore {
  readonly episodes = new Map<string, Alert & { readonly partition: number }>();
  private readonly fences = new Map<number, AlertFence>();
  private readonly outcomes = new Map<number, AlertOutcome[]>();

  async startFence(partition: number): Promise<AlertFence> {
    const fence = this.fences.get(partition) ?? { nextOffset: 0, last: null, alertsOffset: 0 };
    this.fences.set(partition, fence);
    return fence;
  }

  async readFence(partition: number): Promise<AlertFence | null> {
    return this.fences.get(partition) ?? null;
  }

  async readEpisodes({ partition, fingerprints }: { readonly partition: number; readonly fingerprints: readonly string[] }): Promise<Alert[]> {
    return fingerprints.flatMap((fingerprint) => {
      const found = [...this.episodes.values()].filter((episode) => episode.partition === partition && episode.fingerprint === fingerprint);
      return found
        .sort((a, b) => b.openedAt - a.openedAt)
        .slice(0, 1)
        .map(({ partition: _partition, ...alert }) => alert);
    });
  }

  async commit({ partition, from, to, last, episodes, outcomes }: AlertsCommit): Promise<AlertsCommitted> {
    const fence = this.fences.get(partition);
    if (fence === undefined || fence.nextOffset !== from) return { kind: 'refused' };
    const after = new Map(this.episodes);
    for (const episode of episodes) {
      if ((after.get(episode.id)?.version ?? 0) >= episode.version) throw new Error(`${episode.id} has a newer version already`);
      after.set(episode.id, { ...episode, partition });
    }
    const unresolved = [...after.values()].filter(({ status }) => status !== 'RESOLVED').map(({ fingerprint }) => fingerprint);
    if (unresolved.length !== new Set(unresolved).size) throw new Error('Two unresolved episodes of one fingerprint');
    const alertsOffset = fence.alertsOffset === from && outcomes.length === 0 ? to : fence.alertsOffset;
    this.fences.set(partition, { nextOffset: to, last, alertsOffset });
    for (const episode of episodes) this.episodes.set(episode.id, { ...episode, partition });
    this.outcomes.set(partition, [...(this.outcomes.get(partition) ?? []), ...outcomes]);
    return { kind: 'committed', alertsOffset };
  }

  async readOutcomes({ partition, from, to }: OffsetRange): Promise<AlertOutcomesRead> {
    const outcomes = (this.outcomes.get(partition) ?? []).filter(({ offset }) => offset >= from && offset < to).slice(0, OUTCOMES_MAX);
    const last = outcomes[outcomes.length - 1];
    return { outcomes, upTo: outcomes.length < OUTCOMES_MAX || last === undefined ? to : last.offset + 1 };
  }

  async readNumberBefore(partition: number, offset: number): Promise<ChangeNumber | null> {
    const before = (this.outcomes.get(partition) ?? []).filter((outcome) => outcome.offset < offset).at(-1);
    return before === undefined ? null : [before.offset, before.alerts.length - 1];
  }

  async advancePublished(partition: number, to: number): Promise<void> {
    const fence = this.fences.get(partition);
    if (fence !== undefined) this.fences.set(partition, { ...fence, alertsOffset: Math.max(fence.alertsOffset, to) });
  }
}
