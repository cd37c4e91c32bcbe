import type { FrameBell } from '../live/FrameBell.js';
import { LiveCollection } from '../live/LiveCollection.js';
import type { Alert, AlertBatch, AlertCounts } from './alert.js';

/** An alert that is open no more, shown for LEAVING_MS; `how` becomes known a moment after the stream has dropped it. */
export interface LeavingAlert {
  readonly alert: Alert;
  readonly how: 'unknown' | 'resolved' | 'inhibited' | 'acknowledged' | 'snoozed';
}

const HOW: Record<Exclude<Alert['status'], 'OPEN'>, LeavingAlert['how']> = {
  ACKNOWLEDGED: 'acknowledged',
  SNOOZED: 'snoozed',
  INHIBITED: 'inhibited',
  RESOLVED: 'resolved',
};

/** Long enough to be read, short enough not to be taken for open. */
export const LEAVING_MS = 6_000;
/** A reconnect can end thousands at once: nobody reads more than these. */
const LEAVING_MAX = 20;

export interface AlertBoardWorld {
  readonly bell: FrameBell;
  /** Runs something later; the browser's setTimeout. */
  readonly later: (run: () => void, delayMs: number) => void;
  /** Asks what became of these alerts; answers only those that are still known. */
  readonly askEnded: (ids: readonly string[]) => Promise<readonly Alert[]>;
}

/** The inbox: open alerts, newest first, and those that have just left. */
export class AlertBoard {
  private readonly live = new LiveCollection<Alert>();
  private readonly left = new Map<string, LeavingAlert>();
  private newestCounts: AlertCounts = { open: 0, critical: 0, warning: 0 };
  private sorted: readonly Alert[] = [];

  constructor(private readonly world: AlertBoardWorld) {}

  get bell(): FrameBell {
    return this.world.bell;
  }

  get isComplete(): boolean {
    return this.live.isComplete;
  }

  /** Open and just left, newest first; a new list whenever something changed. */
  get listed(): readonly Alert[] {
    return this.sorted;
  }

  get leaving(): ReadonlyMap<string, LeavingAlert> {
    return this.left;
  }

  get counts(): AlertCounts {
    return this.newestCounts;
  }

  begin(): string | null {
    this.live.begin();
    return this.live.cursor;
  }

  forgetCursor(): void {
    this.live.forgetCursor();
  }

  take(batch: AlertBatch): void {
    const wasComplete = this.live.isComplete;
    const { changed, removed } = this.live.take(batch);
    this.newestCounts = batch.counts;
    for (const { after } of changed) this.left.delete(after.id);
    this.leave(removed);
    if (changed.length + removed.length === 0 && wasComplete === this.live.isComplete) return;
    this.sorted = [...this.live.objects.values(), ...[...this.left.values()].map(({ alert }) => alert)].sort(byNewest);
    this.bell.ring();
  }

  private leave(removed: readonly Alert[]): void {
    const newest = [...removed].sort(byNewest).slice(0, LEAVING_MAX);
    if (newest.length === 0) return;
    for (const alert of newest) {
      this.left.set(alert.id, { alert, how: 'unknown' });
      this.world.later(() => this.forget(alert.id), LEAVING_MS);
    }
    // A failed question costs a word on a card that is about to go; the connection's state tells of the failure itself.
    void this.world.askEnded(newest.map(({ id }) => id)).then(
      (ended) => this.tellEnds(ended),
      () => undefined,
    );
  }

  private tellEnds(ended: readonly Alert[]): void {
    for (const alert of ended) {
      if (!this.left.has(alert.id) || alert.status === 'OPEN') continue;
      this.left.set(alert.id, { alert, how: HOW[alert.status] });
    }
    this.sorted = [...this.sorted];
    this.bell.ring();
  }

  private forget(id: string): void {
    if (!this.left.delete(id)) return;
    this.sorted = this.sorted.filter((alert) => alert.id !== id);
    this.bell.ring();
  }
}

function byNewest(a: Alert, b: Alert): number {
  return b.openedAtMs - a.openedAtMs || (a.id < b.id ? -1 : 1);
}
