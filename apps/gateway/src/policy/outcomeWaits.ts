import type { Level } from '@quayside/contracts';
import { refusal } from '../refusal.js';

/** Commands whose outcome is awaited at once in this process: each holds a request for 5 s at most. */
const WAITS_MAX = 1_000;

interface Wait {
  settle(level: Level | null): void;
}

/** Who waits for the outcome of which event to show on `supply.changes`. */
export class OutcomeWaits {
  private readonly waits = new Map<string, Wait>();

  /**
   * Begins to wait, before the record is appended, so that no outcome is too early. `outcome` settles with the level,
   * or with null after `timeoutMs` or `giveUp`. Throws UNAVAILABLE when too many wait.
   */
  await(id: string, timeoutMs: number): { readonly outcome: Promise<Level | null>; giveUp(): void } {
    if (this.waits.size >= WAITS_MAX) throw refusal('UNAVAILABLE', 'Too many commands wait for their outcome');
    let giveUp = (): void => {};
    const outcome = new Promise<Level | null>((resolve) => {
      const settle = (level: Level | null): void => {
        clearTimeout(timer);
        this.waits.delete(id);
        resolve(level);
      };
      const timer = setTimeout(() => settle(null), timeoutMs);
      giveUp = () => settle(null);
      this.waits.set(id, { settle });
    });
    return { outcome, giveUp: () => giveUp() };
  }

  /** A change of our own source has arrived. */
  see(id: string, level: Level): void {
    this.waits.get(id)?.settle(level);
  }
}
