import { encodeTimerContent, type AlertsFold, type AlertTimer, type Standing } from '@quayside/alerts';
import type { Alert, ChangeNumber } from '@quayside/contracts';
import type { AlertFence, AlertsCommit } from '@quayside/store';
import type { AlertingPorts, StepReport } from './alertingPorts.js';
import { notificationsOf } from './notificationsOf.js';

/** What a step decided: to be stored, and then to be held. */
export interface Decided {
  readonly commit: AlertsCommit;
  /** For the cache, once the commit is in: what stands of each fingerprint that was looked at. */
  readonly standings: ReadonlyMap<string, Standing>;
  readonly report: StepReport;
}

/** Where a step leads. */
export interface StepEnd {
  readonly partition: number;
  readonly from: AlertFence;
  readonly nextOffset: number;
  readonly last: ChangeNumber | null;
  readonly commandsOffset: number;
}

/** Adds up the folds of one step. */
export class FoldSum {
  private readonly changed = new Map<string, Alert>();
  private readonly timers = new Map<string, AlertTimer | null>();
  private readonly opened: Alert[] = [];
  private readonly resolved: Alert[] = [];
  private readonly surfaced: Alert[] = [];
  private readonly versions: Alert[] = [];

  /** `told`: which of its versions are told; all of them, unless given. */
  add(fold: AlertsFold, told: readonly Alert[] = fold.versions): void {
    for (const alert of fold.changed) this.changed.set(alert.id, alert);
    for (const [fingerprint, timer] of fold.timers) this.timers.set(fingerprint, timer);
    for (const alert of fold.opened) this.opened.push(alert);
    for (const alert of fold.resolved) this.resolved.push(alert);
    for (const alert of fold.surfaced) this.surfaced.push(alert);
    for (const alert of told) this.versions.push(alert);
  }

  get isEmpty(): boolean {
    return this.changed.size === 0 && this.timers.size === 0;
  }

  decide(ports: Pick<AlertingPorts, 'targets' | 'now'>, end: StepEnd, standings: ReadonlyMap<string, Standing>): Decided {
    const set = [...this.timers.values()].filter((timer) => timer !== null);
    const commit: AlertsCommit = {
      ...end,
      episodes: [...this.changed.values()],
      versions: this.versions,
      timers: {
        set: set.map(({ fingerprint, dueAt, content }) => ({ fingerprint, dueAt, content: encodeTimerContent(content) })),
        cleared: [...this.timers].flatMap(([fingerprint, timer]) => (timer === null ? [fingerprint] : [])),
      },
      notifications: notificationsOf(this.surfaced, ports.targets, ports.now()),
    };
    return { commit, standings, report: { opened: this.opened, resolved: this.resolved } };
  }
}
