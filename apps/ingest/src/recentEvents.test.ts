import { describe, expect, it } from '@jest/globals';
import { identityKey } from '@quayside/standards';
import { RecentEvents } from './recentEvents.js';

const event = (id: string) => ({ source: '/wms', id });
const knows = (recent: RecentEvents, id: string): boolean => recent.hashOf(identityKey(event(id))) !== undefined;

describe('RecentEvents', () => {
  it('remembers as many as it has to, and never more than twice as many', () => {
    const recent = new RecentEvents(10);
    const ids = Array.from({ length: 95 }, (_, index) => `e-${index}`);
    for (const [count, id] of ids.entries()) {
      recent.remember(event(id), `hash of ${id}`);
      const known = ids.slice(0, count + 1).filter((each) => knows(recent, each));
      expect(known.length).toBeGreaterThanOrEqual(Math.min(count + 1, 10));
      expect(known.length).toBeLessThanOrEqual(20);
      expect(known).toEqual(ids.slice(count + 1 - known.length, count + 1));
    }
  });

  it('keeps an event that comes again, with its first content', () => {
    const recent = new RecentEvents(2);
    recent.remember(event('a'), 'first');
    for (const id of ['b', 'c', 'd', 'e']) {
      recent.remember(event('a'), 'second');
      recent.remember(event(id), id);
    }
    expect(recent.hashOf(identityKey(event('a')))).toBe('first');
  });
});
