import type { EventLog, LogEntry } from '../eventLog.js';

/** Working twin of the broker for tests: keeps what was appended, and can be away, full, broken or slow. */
export class MemoryEventLog implements EventLog {
  readonly entries: LogEntry[] = [];
  /** What the next appends run into. */
  fault: 'LOG_UNAVAILABLE' | 'QUEUE_FULL' | 'BUG' | null = null;
  /** Appends wait for it before they are safe. */
  hold: Promise<void> = Promise.resolve();

  async append(entries: readonly LogEntry[]): Promise<void> {
    await this.hold;
    if (this.fault !== null) throw Object.assign(new Error(`append to the log in memory: ${this.fault}`), { code: this.fault });
    this.entries.push(...entries);
  }
}
