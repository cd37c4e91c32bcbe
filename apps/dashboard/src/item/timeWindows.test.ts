import { describe, expect, it } from '@jest/globals';
import { localText, windowOf } from './timeWindows.js';

const NOW = Date.parse('2026-11-25T12:00:30.500Z');

describe('windows of time', () => {
  it.each([
    ['1h', '2026-11-25T11:01:00.000Z'],
    ['24h', '2026-11-24T12:01:00.000Z'],
    ['7d', '2026-11-18T12:01:00.000Z'],
    ['nonsense', '2026-11-24T12:01:00.000Z'],
  ])('%s begins at %s and ends with the minute', (name, from) => {
    const { fromMs, toMs } = windowOf(name, NOW);
    expect([new Date(fromMs).toISOString(), new Date(toMs).toISOString()]).toEqual([from, '2026-11-25T12:01:00.000Z']);
  });

  it('are written as local time that reads back as the same moment', () => {
    expect(new Date(localText(NOW)).getTime()).toBe(NOW - 500);
  });
});
