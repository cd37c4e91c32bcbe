import { BACKLOG_MS } from '@quayside/contracts';
import { describe, expect, it } from '@jest/globals';
import { EXAMPLE_TIME } from './aLevelChange.js';
import type { AlertsFold, Known } from './alertBook.js';
import { foldBacklog } from './foldBacklog.js';
import type { Backlog } from './quarantineBacklog.js';

const FINGERPRINT = 'QUARANTINE_BACKLOG|5';
const oldest = { offset: 77, recordedAt: EXAMPLE_TIME, reason: 'ID_CONFLICT', event: { source: '/wms/dc-1', id: 'ship-981' } };
const aBacklog = (waiting: number, stated: Partial<Backlog> = {}): Backlog => ({
  partition: 5,
  waiting,
  oldest: waiting === 0 ? null : oldest,
  newestRecordedAt: waiting === 0 ? null : EXAMPLE_TIME + (waiting - 1) * 1_000,
  lastDecidedAt: waiting === 0 ? EXAMPLE_TIME + 2 * BACKLOG_MS : null,
  ...stated,
});
const look = (backlog: Backlog, known: Known = new Map()): AlertsFold => foldBacklog(known, backlog, { partition: 5, now: EXAMPLE_TIME + BACKLOG_MS + 800 });

describe('QUARANTINE_BACKLOG', () => {
  it('opens for a partition, at the time at which its oldest record was overdue, whoever looks when', () => {
    expect(look(aBacklog(2)).changed).toEqual([
      expect.objectContaining({
        id: `${FINGERPRINT}|5.77`,
        status: 'OPEN',
        severity: 'WARNING',
        location: null,
        sku: null,
        order: null,
        openedAt: EXAMPLE_TIME + BACKLOG_MS,
        detectionMs: 800,
        title: '2 quarantined records of partition 5 wait for a decision',
        explanation:
          '2 quarantined records of partition 5 wait for a decision. They have no effect until somebody releases or dismisses them, after more than 15 minutes; ' +
          'the oldest, event ship-981 of /wms/dc-1 (record 77), was set aside at 13:04: ID_CONFLICT. Closes when none is left.',
        causedBy: [oldest.event],
        evidence: expect.objectContaining({ observed: 2 }),
      }),
    ]);
  });

  it('names the record by its place where nobody can read it', () => {
    expect(look(aBacklog(1, { oldest: { ...oldest, event: null } })).changed[0]).toMatchObject({
      title: '1 quarantined record of partition 5 waits for a decision',
      explanation: expect.stringContaining('the oldest, record 77, was set aside'),
      causedBy: [],
    });
  });

  it('tells when their number changes, says nothing while it does not, and closes with the last decision', () => {
    const open = look(aBacklog(2));
    expect(look(aBacklog(2), open.standings).versions).toEqual([]);
    const more = look(aBacklog(3), open.standings);
    expect(more.versions).toEqual([expect.objectContaining({ version: 2, evidence: expect.objectContaining({ observed: 3 }) })]);
    expect(look(aBacklog(0), more.standings).versions).toEqual([
      expect.objectContaining({ version: 3, status: 'RESOLVED', resolution: 'BY_ITSELF', resolvedAt: EXAMPLE_TIME + 2 * BACKLOG_MS }),
    ]);
  });

  it('is silent where nothing waits', () => {
    expect(look(aBacklog(0)).versions).toEqual([]);
  });
});
