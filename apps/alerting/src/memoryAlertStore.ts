import type { Alert, ChangeNumber, Instant } from '@quayside/contracts';
import type { AlertFence, AlertOutcome, AlertOutcomesRead, AlertsCommit, AlertsCommitted, NewNotification, StoredTimer } from '@quayside/store';
import type { AlertStore, AskedFingerprints, OffsetRange } from './alertingPorts.js';

/** Outcomes read in one go: few, so that tests read on. */
const OUTCOMES_MAX = 3;

/** Alerting's tables in memory: the twin of libs/store's, with the same refusals and the same unique episodes. */
export class MemoryAlertStore implements AlertStore {
  readonly episodes = new Map<string, Alert & { readonly partition: number }>();
  readonly notifications = new Map<string, NewNotification & { readonly partition: number }>();
  private readonly timers = new Map<string, StoredTimer & { readonly partition: number }>();
  private readonly fences = new Map<number, AlertFence>();
  private readonly outcomes = new Map<number, AlertOutcome[]>();

  async startFence(partition: number): Promise<AlertFence> {
    const fence = this.fences.get(partition) ?? { nextOffset: 0, last: null, commandsOffset: 0, outboxNext: 0, alertsOffset: 0 };
    this.fences.set(partition, fence);
    return fence;
  }

  async readFence(partition: number): Promise<AlertFence | null> {
    return this.fences.get(partition) ?? null;
  }

  async readEpisodes({ partition, fingerprints }: AskedFingerprints): Promise<Alert[]> {
    return fingerprints.flatMap((fingerprint) => {
      const found = [...this.episodes.values()].filter((episode) => episode.partition === partition && episode.fingerprint === fingerprint);
      return found
        .sort((a, b) => b.openedAt - a.openedAt)
        .slice(0, 1)
        .map(({ partition: _partition, ...alert }) => alert);
    });
  }

  async readTimers({ partition, fingerprints }: AskedFingerprints): Promise<StoredTimer[]> {
    return this.timersOf(partition).filter(({ fingerprint }) => fingerprints.includes(fingerprint));
  }

  async readDue(partition: number, now: Instant): Promise<StoredTimer[]> {
    return this.timersOf(partition).filter(({ dueAt }) => dueAt <= now);
  }

  async readNextDue(partition: number): Promise<Instant | null> {
    return this.timersOf(partition)[0]?.dueAt ?? null;
  }

  async commit({ partition, from, last, nextOffset, commandsOffset, episodes, versions, timers, notifications }: AlertsCommit): Promise<AlertsCommitted> {
    const fence = this.fences.get(partition);
    if (fence === undefined || !isUnmoved(fence, from)) return { kind: 'refused' };
    const after = new Map(this.episodes);
    for (const episode of episodes) {
      if ((after.get(episode.id)?.version ?? 0) >= episode.version) throw new Error(`${episode.id} has a newer version already`);
      after.set(episode.id, { ...episode, partition });
    }
    const unresolved = [...after.values()].filter(({ status }) => status !== 'RESOLVED').map(({ fingerprint }) => fingerprint);
    if (unresolved.length !== new Set(unresolved).size) throw new Error('Two unresolved episodes of one fingerprint');
    const moved = { nextOffset, last, commandsOffset, outboxNext: fence.outboxNext + (versions.length === 0 ? 0 : 1), alertsOffset: fence.alertsOffset };
    this.fences.set(partition, moved);
    for (const episode of episodes) this.episodes.set(episode.id, { ...episode, partition });
    if (versions.length > 0) this.outcomes.set(partition, [...(this.outcomes.get(partition) ?? []), { offset: fence.outboxNext, alerts: versions }]);
    for (const fingerprint of timers.cleared) this.timers.delete(`${partition} ${fingerprint}`);
    for (const timer of timers.set) this.timers.set(`${partition} ${timer.fingerprint}`, { ...timer, partition });
    for (const notification of notifications) {
      const key = `${partition} ${notification.id}`;
      if (!this.notifications.has(key)) this.notifications.set(key, { ...notification, partition });
    }
    return { kind: 'committed', fence: moved };
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

  private timersOf(partition: number): StoredTimer[] {
    return [...this.timers.values()]
      .filter((timer) => timer.partition === partition)
      .sort((a, b) => a.dueAt - b.dueAt || (a.fingerprint < b.fingerprint ? -1 : 1))
      .map(({ partition: _partition, ...timer }) => timer);
  }
}

const isUnmoved = (a: AlertFence, b: AlertFence): boolean =>
  a.nextOffset === b.nextOffset && a.commandsOffset === b.commandsOffset && a.outboxNext === b.outboxNext;
