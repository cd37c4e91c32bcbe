import { describe, expect, it } from '@jest/globals';
import { RecentEvents } from './recentEvents.js';

const accepted = (hash: string) => ({ hash, acceptedAt: 1, location: 'DC-1' });

describe('RecentEvents', () => {
  it('remembers as many as it has to, and never more than twice as many', () => {
    const recent = new RecentEvents(10);
    const ids = Array.from({ length: 95 }, (_, index) => `/wms|e-${index}`);
    for (const [count, id] of ids.entries()) {
      recent.remember(id, accepted(`hash of ${id}`));
      const known = ids.slice(0, count + 1).filter((each) => recent.find(each) !== undefined);
      expect(known.length).toBeGreaterThanOrEqual(Math.min(count + 1, 10));
      expect(known.length).toBeLessThanOrEqual(20);
      expect(known).toEqual(ids.slice(count + 1 - known.length, count + 1));
    }
  });

  it('keeps an event that comes again, with its first content', () => {
    const recent = new RecentEvents(2);
    recent.remember('a', accepted('first'));
    for (const id of ['b', 'c', 'd', 'e']) {
      recent.remember('a', accepted('second'));
      recent.remember(id, accepted(id));
    }
    expect(recent.find('a')?.hash).toBe('first');
  });
});
