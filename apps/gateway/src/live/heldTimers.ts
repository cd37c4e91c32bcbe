import type { Timers } from './timers.js';

/** For tests: time that moves when told to. */
export class HeldTimers implements Timers {
  private at = 0;
  private due: { at: number; work: () => void }[] = [];

  now(): number {
    return this.at;
  }

  after(delayMs: number, work: () => void): () => void {
    const entry = { at: this.at + Math.max(0, delayMs), work };
    this.due.push(entry);
    return () => {
      this.due = this.due.filter((other) => other !== entry);
    };
  }

  /** Lets time pass, with everything that comes due on the way, each with what it awaits. */
  async pass(ms: number): Promise<void> {
    const until = this.at + ms;
    for (;;) {
      await settle();
      const next = this.due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.due = this.due.filter((entry) => entry !== next);
      this.at = Math.max(this.at, next.at);
      next.work();
    }
    this.at = until;
  }
}

/** Everything that waits for promises already settled has run. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
