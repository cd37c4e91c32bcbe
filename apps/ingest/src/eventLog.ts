/** One event on its way into the log: key and partition follow from its location. */
export interface LogEntry {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
}

/**
 * Where accepted events go. `append` resolves once every entry is safe (acks=all) and keeps the order of calls and entries within a
 * partition. It rejects within 1.5 s with an error whose `code` is LOG_UNAVAILABLE or QUEUE_FULL; entries may then be in the log or not.
 */
export interface EventLog {
  append(entries: readonly LogEntry[]): Promise<void>;
}

/** The expected failure behind a rejected append, null for any other error. */
export function appendFailure(cause: unknown): 'LOG_UNAVAILABLE' | 'QUEUE_FULL' | null {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null;
  return cause.code === 'LOG_UNAVAILABLE' || cause.code === 'QUEUE_FULL' ? cause.code : null;
}
