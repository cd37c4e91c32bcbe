import { describe, expect, it } from '@jest/globals';
import { aLevelChange, EXAMPLE_TIME } from './aLevelChange.js';
import { judgeNegativeOnHand as judge } from './negativeOnHand.js';

const judgeNegativeOnHand = (change: ReturnType<typeof aLevelChange>, openSince: number | null, latenessMs = 0): ReturnType<typeof judge> =>
  judge(change, { openSince, latenessMs, atRisk: undefined });

describe('NEGATIVE_ON_HAND', () => {
  it.each([
    ['fires at −1', { sellable: -1 }, 'firing'],
    ['clears at 0', { sellable: 0 }, 'clear'],
    ['counts damaged, held and inspected goods as on hand', { sellable: -3, damaged: 1, hold: 1, inspection: 1 }, 'clear'],
    ['does not care for reservations', { sellable: 0, reserved: 5 }, 'clear'],
  ])('%s', (_title, level, kind) => {
    expect(judgeNegativeOnHand(aLevelChange(level), null).kind).toBe(kind);
  });

  it('says why, in words with the numbers', () => {
    expect(judgeNegativeOnHand(aLevelChange({ sellable: -5, damaged: 2 }), null)).toMatchObject({
      severity: 'CRITICAL',
      title: '10002 below zero at DC-1: −3 on hand',
      explanation:
        '10002 below zero at DC-1: −3 on hand. On hand −3 = −5 sellable + 0 in inspection + 0 on hold + 2 damaged; it fell below 0 with shipment ship-981 at 13:04: ' +
        'more was taken out than was ever put in, so a receipt or a count is missing. Closes at 0.',
      evidence: { observed: -3, threshold: 0 },
    });
  });

  it('says that it has waited for late reports, where it has', () => {
    expect(judgeNegativeOnHand(aLevelChange({ sellable: -5 }), null, 15 * 60_000)).toMatchObject({
      explanation: expect.stringContaining('; it is below 0 after shipment ship-981 at 13:04, for longer than the 15 min that a report may be late: '),
    });
  });

  it('tells since when it is open, and with what it closed', () => {
    expect(judgeNegativeOnHand(aLevelChange({ sellable: -2 }), EXAMPLE_TIME)).toMatchObject({
      explanation: expect.stringMatching(/Open since 13:04, closes at 0\.$/),
    });
    expect(judgeNegativeOnHand(aLevelChange({ cause: { name: 'stock.returned', id: 'r-1' } }), EXAMPLE_TIME)).toEqual({
      kind: 'clear',
      closing: 'Closed with return r-1 at 13:04: 0 on hand.',
    });
  });
});
