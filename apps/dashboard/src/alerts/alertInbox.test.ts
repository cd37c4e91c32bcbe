import { describe, expect, it } from '@jest/globals';
import type { Alert } from './alert.js';
import { compareAlerts, rangeOf } from './alertInbox.js';

const anAlert = (id: string, severity: Alert['severity'], openedAtMs: number): Alert => ({
  id,
  version: 1,
  kind: 'LOW_STOCK',
  severity,
  status: 'OPEN',
  title: id,
  explanation: id,
  openedAtMs,
  occurrences: 1,
  resolution: null,
  levelId: null,
});

describe('the inbox', () => {
  it('has the worst first, then the newest', () => {
    const alerts = [anAlert('old', 'WARNING', 1), anAlert('new', 'WARNING', 9), anAlert('bad', 'CRITICAL', 1), anAlert('info', 'INFO', 99)];
    expect(alerts.toSorted(compareAlerts).map(({ id }) => id)).toEqual(['bad', 'new', 'old', 'info']);
  });

  it.each([
    ['b', 'd', ['b', 'c', 'd']],
    ['d', 'b', ['b', 'c', 'd']],
    ['c', 'c', ['c']],
    [null, 'c', ['c']],
    ['gone', 'c', ['c']],
  ])('selects from %s to %s', (from, to, range) => {
    expect(rangeOf(['a', 'b', 'c', 'd', 'e'], from, to)).toEqual(range);
  });
});
