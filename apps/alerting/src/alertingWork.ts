import { encodeNumbered, type ChangeNumber, type Instant } from '@quayside/contracts';
import type { LogRecord, PartitionWork, TakeResult } from '@quayside/kafka';
import type { AlertFence } from '@quayside/store';
import type { AlertingPorts } from './alertingPorts.js';
import { decideRecords } from './decideRecords.js';
import { EpisodeCache } from './episodeCache.js';
import { publishAlerts } from './publishAlerts.js';

/** An idle owner tells its last number this often, so that receivers notice a lost tail (architecture.md, "A batch", 4). */
export const TELL_MS = 30_000;

/** What is held of a partition between two steps. True while the stored fence stands where this one does. */
interface Held {
  fence: AlertFence;
  /** Number of the last alert in `supply.alerts`. */
  lastAlert: ChangeNumber | null;
  toldAt: Instant;
  readonly episodes: EpisodeCache;
}

/**
 * Alerting's side of the batch runner: read (records, missed outcomes, episodes), decide (libs/alerts), write (one
 * transaction, then `supply.alerts`). Whatever fails, nothing that was held is used again: start() reads it anew.
 */
export class AlertingWork implements PartitionWork {
  private readonly held = new Map<number, Held>();

  constructor(private readonly ports: AlertingPorts) {}

  async start(partition: number): Promise<number> {
    this.held.delete(partition);
    const fence = await this.ports.store.startFence(partition);
    const { nextOffset, alertsOffset } = fence;
    const after = await this.ports.store.readNumberBefore(partition, alertsOffset);
    const lastAlert = await publishAlerts(this.ports, { partition, from: alertsOffset, to: nextOffset }, after);
    const held: Held = { fence: { ...fence, alertsOffset: nextOffset }, lastAlert, toldAt: 0, episodes: new EpisodeCache() };
    await this.tell(partition, held);
    this.held.set(partition, held);
    return nextOffset;
  }

  async take(partition: number, records: readonly LogRecord[]): Promise<TakeResult> {
    const held = this.holding(partition);
    const { fence } = held;
    // Nobody may use what this step began and did not finish: it is put back only at its end.
    this.held.delete(partition);
    const { commit, newest, report } = await decideRecords(this.ports, { partition, fence, episodes: held.episodes }, records);
    const answer = await this.ports.store.commit(commit);
    if (answer.kind === 'refused') return { kind: 'refused' };
    this.ports.onCommitted(report);
    // The published position does not wait for the disk: after a crash of Postgres it may have gone back, so start from it.
    const expected = commit.outcomes.length === 0 ? commit.to : fence.alertsOffset;
    if (answer.alertsOffset !== expected) return { kind: 'refused' };
    if (commit.outcomes.length > 0) {
      held.lastAlert = await publishAlerts(this.ports, { partition, from: fence.alertsOffset, to: commit.to }, held.lastAlert);
      held.toldAt = this.ports.now();
    }
    held.fence = { nextOffset: commit.to, last: commit.last, alertsOffset: commit.to };
    held.episodes.keep(newest);
    this.held.set(partition, held);
    return { kind: 'done', nextOffset: commit.to };
  }

  async look(partition: number): Promise<'same' | 'differs'> {
    const held = this.holding(partition);
    const fence = await this.ports.store.readFence(partition);
    if (fence === null || !isSameFence(held.fence, fence)) return 'differs';
    if (this.ports.now() - held.toldAt >= TELL_MS) await this.tell(partition, held);
    return 'same';
  }

  drop(partition: number): void {
    this.held.delete(partition);
  }

  private holding(partition: number): Held {
    const held = this.held.get(partition);
    if (held === undefined) throw new Error(`Partition ${partition} is not started`);
    return held;
  }

  private async tell(partition: number, held: Held): Promise<void> {
    if (held.lastAlert === null) return;
    await this.ports.publish(partition, [encodeNumbered({ v: 1, after: held.lastAlert, items: [] })]);
    held.toldAt = this.ports.now();
  }
}

const isSameFence = (a: AlertFence, b: AlertFence): boolean =>
  a.nextOffset === b.nextOffset && a.alertsOffset === b.alertsOffset && a.last?.[0] === b.last?.[0] && a.last?.[1] === b.last?.[1];
