import { BACKLOG_MS } from '@quayside/contracts';
import { AlertBook, isUnresolved, type AlertsFold, type Known } from './alertBook.js';
import type { Deciding } from './deciding.js';
import { judgeEpisode } from './episode.js';
import { backlogFingerprintOf } from './fingerprint.js';
import { judgeQuarantineBacklog, type Backlog } from './quarantineBacklog.js';

/**
 * Opens, follows or resolves the backlog of a partition's quarantine by what a look at it found. Its times are those of the
 * records that wait and of the decisions about them, its id the place of the oldest, so that it does not matter who looks when.
 */
export function foldBacklog(known: Known, backlog: Backlog, { partition, now }: Pick<Deciding, 'partition' | 'now'>): AlertsFold {
  const book = new AlertBook(known);
  const { oldest, newestRecordedAt, lastDecidedAt } = backlog;
  const fingerprint = backlogFingerprintOf(partition);
  const { newest } = book.of(fingerprint);
  const overdueAt = ((isUnresolved(newest) ? newestRecordedAt : oldest?.recordedAt) ?? 0) + BACKLOG_MS;
  judgeEpisode(book, {
    subject: { kind: 'QUARANTINE_BACKLOG', fingerprint, location: null, sku: null, order: null },
    verdict: judgeQuarantineBacklog(backlog),
    inhibited: false,
    // Decided before it was overdue and met afterwards is no late report: it was waiting when somebody looked.
    at: oldest === null ? Math.max(lastDecidedAt ?? 0, newest?.openedAt ?? 0) : overdueAt,
    causes: oldest?.event == null ? [] : [oldest.event],
    origin: `${partition}.${oldest?.offset ?? 0}`,
    detectionMs: now - overdueAt,
  });
  return book.close();
}
