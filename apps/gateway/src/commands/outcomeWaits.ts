import { refusal } from '../refusal.js';

/** Commands whose outcome is awaited at once in this process: each holds a request for 5 s at most. */
const WAITS_MAX = 1_000;

interface Wait<What> {
  readonly accepts: (what: What) => boolean;
  settle(what: What | null): void;
}
export interface Waiting<What> {
  /** What was waited for; null when it did not come in time, or after `giveUp`. */
  readonly outcome: Promise<What | null>;
  giveUp(): void;
}

/** Who waits for which news to show on a followed topic: decisions by their event's id, alerts by their own. */
export class OutcomeWaits<What> {
  private readonly waits = new Map<string, Set<Wait<What>>>();
  private count = 0;

  /**
   * Begins to wait, before the record is appended, so that no outcome is too early; settles with the first news of `id`
   * that `accepts` takes. Throws UNAVAILABLE when too many wait.
   */
  await(id: string, { timeoutMs, accepts = () => true }: { readonly timeoutMs: number; readonly accepts?: (what: What) => boolean }): Waiting<What> {
    if (this.count >= WAITS_MAX) throw refusal('UNAVAILABLE', 'Too many commands wait for their outcome');
    let giveUp = (): void => {};
    const outcome = new Promise<What | null>((resolve) => {
      const wait: Wait<What> = {
        accepts,
        settle: (what) => {
          clearTimeout(timer);
          this.leave(id, wait);
          resolve(what);
        },
      };
      const timer = setTimeout(() => wait.settle(null), timeoutMs);
      giveUp = () => wait.settle(null);
      this.enter(id, wait);
    });
    return { outcome, giveUp: () => giveUp() };
  }

  /** News of `id` has arrived. */
  see(id: string, what: What): void {
    for (const wait of this.waits.get(id) ?? []) if (wait.accepts(what)) wait.settle(what);
  }

  private enter(id: string, wait: Wait<What>): void {
    this.count++;
    const others = this.waits.get(id);
    if (others === undefined) this.waits.set(id, new Set([wait]));
    else others.add(wait);
  }

  private leave(id: string, wait: Wait<What>): void {
    const all = this.waits.get(id);
    if (all?.delete(wait) !== true) return;
    this.count--;
    if (all.size === 0) this.waits.delete(id);
  }
}
