export type PartHealth = { readonly ready: true; readonly detail?: string } | { readonly ready: false; readonly detail: string };

/** What a process knows of its own parts. Ready only when every part is; a part that never reported is not ready. */
export class HealthBoard {
  private readonly parts = new Map<string, PartHealth>();

  constructor(expected: readonly string[]) {
    for (const part of expected) this.parts.set(part, { ready: false, detail: 'starting' });
  }

  up(part: string, detail?: string): void {
    this.parts.set(part, detail === undefined ? { ready: true } : { ready: true, detail });
  }

  down(part: string, detail: string): void {
    this.parts.set(part, { ready: false, detail });
  }

  /** Forgets a part, e.g. a halted partition that another process owns now. */
  drop(part: string): void {
    this.parts.delete(part);
  }

  report(): { ready: boolean; parts: Record<string, PartHealth> } {
    const parts = Object.fromEntries(this.parts);
    return { ready: Object.values(parts).every((part) => part.ready), parts };
  }
}
