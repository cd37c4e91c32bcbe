/** Time as live views see it: an argument, so that tests can hold it. */
export interface Timers {
  now(): number;
  /** Runs `work` once in `delayMs` (0: as soon as what is under way is done); returns how to call it off. */
  after(delayMs: number, work: () => void): () => void;
}

/** The machine's own time. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (delayMs, work) => {
    if (delayMs <= 0) {
      const immediate = setImmediate(work);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};
