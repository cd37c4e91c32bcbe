/**
 * Tells listeners that something changed, at most once in a frame however often it is rung: 500 changes a second are then
 * 60 renders at most. `requestFrame` is the browser's requestAnimationFrame, or a test's own.
 */
export class FrameBell {
  private readonly listeners = new Set<() => void>();
  private isDue = false;

  constructor(private readonly requestFrame: (run: () => void) => void) {}

  /** Bound, since React's useSyncExternalStore takes it as a function. Returns what ends the listening. */
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  ring(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.requestFrame(() => {
      this.isDue = false;
      for (const listener of this.listeners) listener();
    });
  }
}
