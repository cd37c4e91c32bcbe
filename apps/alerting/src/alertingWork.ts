import { encodeNumbered, type ChangeNumber, type Instant } from '@quayside/contracts';
import type { LogRecord, PartitionWork, TakeResult } from '@quayside/kafka';
import type { AlertFence } from '@quayside/store';
import type { AlertingPorts } from './alertingPorts.js';
import { decideDue } from './decideDue.js';
import { decideRecords } from './decideRecords.js';
import type { Decided } from './foldSum.js';
import { publishAlerts, publishOwed } from './publishAlerts.js';
import { StandingCache } from './standingCache.js';

/** An idle owner tells its last number this often, so that receivers notice a lost tail (architecture.md, "A batch", 4). */
export const TELL_MS = 30_000;
/** How often the quarantine of a partition is looked at: it has no topic that would tell. */
export const BACKLOG_LOOK_MS = 30_000;

/** What is held of a partition between two steps. True while the stored fence stands where this one does. */
interface Held {
  /** All that it has told is published. */
  fence: AlertFence;
  /** Number of the last alert in `supply.alerts`. */
  lastAlert: ChangeNumber | null;
  toldAt: Instant;
  /** No timer is due before; null: there is none. */
  nextDueAt: Instant | null;
  backlogAt: Instant;
  readonly cache: StandingCache;
}

/**
 * Alerting's side of the batch runner: read (records, missed outcomes, what stands), decide (libs/alerts), write (one
 * transaction, then `supply.alerts`). Whatever fails, nothing that was held is used again: start() reads it anew.
 */
export class AlertingWork implements PartitionWork {
  private readonly held = new Map<number, Held>();

  constructor(private readonly ports: AlertingPorts) {}

  async start(partition: number): Promise<number> {
    this.held.delete(partition);
    const fence = await this.ports.store.startFence(partition);
    const { lastAlert } = await publishOwed(this.ports, partition, fence);
    const held: Held = {
      fence: { ...fence, alertsOffset: fence.outboxNext },
      lastAlert,
      toldAt: 0,
      nextDueAt: await this.ports.store.readNextDue(partition),
      backlogAt: 0,
      cache: new StandingCache(),
    };
    await this.tell(partition, held);
    this.held.set(partition, held);
    return fence.nextOffset;
  }

  async take(partition: number, records: readonly LogRecord[]): Promise<TakeResult> {
    const held = this.holding(partition);
    // Nobody may use what this step began and did not finish: it is put back only at its end.
    this.held.delete(partition);
    const decided = await decideRecords(this.ports, { partition, ...held }, records);
    if ((await this.write(held, decided)) === 'refused') return { kind: 'refused' };
    this.held.set(partition, held);
    return { kind: 'done', nextOffset: held.fence.nextOffset };
  }

  async tick(partition: number): Promise<'done' | 'refused'> {
    const held = this.holding(partition);
    const now = this.ports.now();
    const due = { timers: held.nextDueAt !== null && held.nextDueAt <= now, backlog: now - held.backlogAt >= BACKLOG_LOOK_MS };
    if (!due.timers && !due.backlog) return 'done';
    this.held.delete(partition);
    const decided = await decideDue(this.ports, { partition, ...held }, due);
    if (decided !== null && (await this.write(held, decided)) === 'refused') return 'refused';
    // Cleared timers leave it too early, so it is asked for anew; when it is due at once again, the next tick goes on.
    if (due.timers) held.nextDueAt = await this.ports.store.readNextDue(partition);
    if (due.backlog) held.backlogAt = now;
    this.held.set(partition, held);
    return 'done';
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

  /** Stores and publishes a step, and brings what is held to it. */
  private async write(held: Held, { commit, standings, report }: Decided): Promise<'done' | 'refused'> {
    const answer = await this.ports.store.commit(commit);
    if (answer.kind === 'refused') return 'refused';
    this.ports.onCommitted(report);
    // The published position does not wait for the disk: after a crash of Postgres it may have gone back, so start from it.
    if (answer.fence.alertsOffset !== held.fence.alertsOffset) return 'refused';
    const { outboxNext, alertsOffset } = answer.fence;
    if (alertsOffset !== outboxNext) {
      held.lastAlert = await publishAlerts(this.ports, { partition: commit.partition, from: alertsOffset, to: outboxNext }, held.lastAlert);
      held.toldAt = this.ports.now();
    }
    held.fence = { ...answer.fence, alertsOffset: outboxNext };
    for (const { dueAt } of commit.timers.set) held.nextDueAt = Math.min(held.nextDueAt ?? dueAt, dueAt);
    held.cache.keep(standings);
    return 'done';
  }

  private async tell(partition: number, held: Held): Promise<void> {
    if (held.lastAlert === null) return;
    await this.ports.publish(partition, [encodeNumbered({ v: 1, after: held.lastAlert, items: [] })]);
    held.toldAt = this.ports.now();
  }
}

const isSameFence = (a: AlertFence, b: AlertFence): boolean =>
  a.nextOffset === b.nextOffset &&
  a.commandsOffset === b.commandsOffset &&
  a.outboxNext === b.outboxNext &&
  a.alertsOffset === b.alertsOffset &&
  a.last?.[0] === b.last?.[0] &&
  a.last?.[1] === b.last?.[1];
