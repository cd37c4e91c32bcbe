import { describe, expect, it } from '@jest/globals';
import { liveText, type LiveFacts } from './liveText.js';
import { agoText, momentText, spanText } from '../page/timeText.js';

const live: LiveFacts = { state: { kind: 'live' }, isComplete: true, quietMs: 300, freshness: { state: 'LIVE', lagMs: 120 } };

describe('liveText', () => {
  it.each<[string, Partial<LiveFacts>, string]>([
    ['live', {}, 'Live|0.3 s ago|'],
    ['loading', { isComplete: false }, 'Loading stock…||'],
    ['quiet beyond a heartbeat', { quietMs: 9_000 }, 'Waiting for news|last 9.0 s ago|'],
    ['connecting for the first time', { state: { kind: 'connecting', reason: null }, quietMs: null }, 'Connecting…||'],
    ['reconnecting', { state: { kind: 'waiting', reason: 'x', retryAtMs: 0 } }, 'Reconnecting…||'],
    ['a silent warehouse', { freshness: { state: 'STALE', lagMs: 840_000 } }, 'Live|0.3 s ago|a warehouse has been silent for 14 min'],
    ['a rebuild', { freshness: { state: 'REBUILDING', lagMs: 0 } }, 'Live|0.3 s ago|levels are being recomputed'],
  ])('says %s', (_name, facts, said) => {
    const { words, since, remark } = liveText({ ...live, ...facts });
    expect([words, since, remark].join('|')).toBe(said);
  });
});

describe('times', () => {
  it('are told in the unit that fits', () => {
    expect([agoText(0, 5_000), agoText(0, 30_000), agoText(0, 200_000), agoText(0, 7_200_000), agoText(0, 3 * 86_400_000)]).toEqual([
      'just now',
      '30 s ago',
      '3 min ago',
      '2 h ago',
      '3 d ago',
    ]);
    expect([spanText(-5), spanText(300), spanText(12_400), spanText(300_000)]).toEqual(['0.0 s', '0.3 s', '12 s', '5 min']);
  });

  it('show the time of today, the day of this year, and the year of another', () => {
    const now = new Date(2026, 10, 22, 15, 0, 0).getTime();
    expect(momentText(new Date(2026, 10, 22, 13, 4, 5).getTime(), now)).toBe('13:04:05');
    expect(momentText(new Date(2026, 10, 21, 13, 4, 5).getTime(), now)).toBe('21 Nov 13:04');
    expect(momentText(new Date(2025, 10, 21).getTime(), now)).toBe('21 Nov 2025');
  });
});
