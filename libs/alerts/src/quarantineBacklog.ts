import { BACKLOG_MS, type EventIdentity, type Instant, type Quantity } from '@quayside/contracts';
import { showCount, showTime } from './explain.js';
import type { Verdict } from './verdict.js';

/** What waits in the quarantine of a partition for longer than BACKLOG_MS, at one look. */
export interface Backlog {
  readonly partition: number;
  readonly waiting: Quantity;
  /** Of those; null when there are none. */
  readonly oldest: { readonly offset: number; readonly recordedAt: Instant; readonly reason: string; readonly event: EventIdentity | null } | null;
  readonly newestRecordedAt: Instant | null;
  /** When a person last decided about a record of the partition; null when nobody ever did. */
  readonly lastDecidedAt: Instant | null;
}

/** QUARANTINE_BACKLOG: fires while records wait for a decision longer than 15 minutes, clears when none does. */
export function judgeQuarantineBacklog({ partition, waiting, oldest }: Backlog): Verdict {
  if (oldest === null) return { kind: 'clear', closing: 'Closed: no record waits longer than 15 minutes any more.' };
  const title = `${showCount(waiting, 'quarantined record')} of partition ${partition} ${waiting === 1 ? 'waits' : 'wait'} for a decision`;
  const since = showTime(oldest.recordedAt, oldest.recordedAt + BACKLOG_MS);
  const which = oldest.event === null ? `record ${oldest.offset}` : `event ${oldest.event.id} of ${oldest.event.source} (record ${oldest.offset})`;
  return {
    kind: 'firing',
    severity: 'WARNING',
    title,
    explanation: `${title}. They have no effect until somebody releases or dismisses them, after more than 15 minutes; the oldest, ${which}, was set aside at ${since}: ${oldest.reason}. Closes when none is left.`,
    evidence: { observed: waiting, threshold: 0, closesAt: 0, oldestOffset: oldest.offset },
  };
}
