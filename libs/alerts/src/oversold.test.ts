import { describe, expect, it } from '@jest/globals';
import type { AtRisk, LevelChange } from '@quayside/contracts';
import { aLevelChange, EXAMPLE_TIME, numbered } from './aLevelChange.js';
import { foldAlerts } from './foldAlerts.js';
import { judgeOversold } from './oversold.js';

const judge = (change: LevelChange, openSince: number | null, atRisk?: readonly AtRisk[]): ReturnType<typeof judgeOversold> =>
  judgeOversold(change, { openSince, latenessMs: 0, atRisk });
const promise = (order: string | null, quantity: number, promisedShipBy: number | null): AtRisk => ({
  order,
  reservation: order === null ? 'R-7' : null,
  line: 1,
  quantity,
  promisedShipBy,
});

describe('OVERSOLD', () => {
  it.each([
    ['fires when more is reserved than is sellable', { sellable: 5, reserved: 8 }, 'firing'],
    ['clears when all that is reserved is there', { sellable: 8, reserved: 8 }, 'clear'],
    ['does not count what cannot be sold', { sellable: 5, damaged: 9, reserved: 8 }, 'firing'],
    ['fires when more was taken out than was there, though nothing is reserved', { sellable: -1 }, 'firing'],
    ['clears on an empty shelf of which nothing is promised', { sellable: 0 }, 'clear'],
  ])('%s', (_title, level, kind) => {
    expect(judge(aLevelChange(level), null).kind).toBe(kind);
  });

  it('says why, in words with the numbers and the orders at risk, first promised first', () => {
    const atRisk = [promise('SO-1', 5, EXAMPLE_TIME + 4 * 3_600_000), promise('SO-2', 1, EXAMPLE_TIME + 86_400_000), promise(null, 2, null)];
    expect(judge(aLevelChange({ sellable: 5, reserved: 8, cause: { name: 'stock.adjusted', id: 'adj-1' } }), null, atRisk)).toMatchObject({
      severity: 'CRITICAL',
      title: '10002 oversold at DC-1: 3 more promised than there are',
      explanation:
        '10002 oversold at DC-1: 3 more promised than there are. Available −3 = 5 sellable − 8 reserved; it fell below 0 with adjustment adj-1 at 13:04. ' +
        'At risk: order SO-1 (5 pieces, promised 17:04), order SO-2 (1 piece, promised 2026-11-23 13:04), reservation R-7 (2 pieces, no date promised). Closes at 0.',
      evidence: { observed: -3, threshold: 0, sellable: 5, reserved: 8 },
      atRisk,
    });
  });

  it('names three promises in words, and counts the others', () => {
    const atRisk = Array.from({ length: 5 }, (_, index) => promise(`SO-${index}`, 1, null));
    expect(judge(aLevelChange({ sellable: 1, reserved: 5 }), null, atRisk)).toMatchObject({
      explanation: expect.stringMatching(/order SO-2 \(1 piece, no date promised\) and 2 more\. Closes at 0\.$/),
    });
  });

  it('keeps the promises that were read last where they were not read again', () => {
    const atRisk = [promise('SO-1', 5, null)];
    const deciding = { partition: 5, now: EXAMPLE_TIME, latenessMs: 0 };
    const first = foldAlerts(new Map(), numbered([aLevelChange({ sellable: 1, reserved: 5 })]), { ...deciding, atRisk: new Map([['DC-1\t10002', atRisk]]) });
    const second = foldAlerts(first.standings, numbered([aLevelChange({ sellable: 0, reserved: 5, version: 2 })]), deciding);
    expect(second.changed.find(({ kind }) => kind === 'OVERSOLD')).toMatchObject({ version: 2, atRisk });
    const third = foldAlerts(second.standings, numbered([aLevelChange({ sellable: -1, version: 3 })]), deciding);
    expect(third.changed.find(({ kind }) => kind === 'OVERSOLD')).toMatchObject({ version: 3, atRisk: [] });
  });
});

describe('order 541431 of the public history: 74,215 pieces out of 12, back 16 minutes later', () => {
  const level = { location: 'UK-1', sku: '23166' };
  const out = aLevelChange({ ...level, sellable: -74_203, cause: { id: '541431', occurredAt: EXAMPLE_TIME } });
  const back = aLevelChange({
    ...level,
    sellable: 12,
    version: 2,
    updatedAt: EXAMPLE_TIME + 16 * 60_000,
    cause: { id: 'C541433', name: 'stock.returned', occurredAt: EXAMPLE_TIME + 16 * 60_000 },
  });

  it('opens and closes exactly one OVERSOLD episode, with words that a person understands', () => {
    const { versions } = foldAlerts(new Map(), numbered([out, back]), { partition: 5, now: EXAMPLE_TIME, latenessMs: 60 * 60_000 });
    expect(versions.map(({ kind, status, title }) => [kind, status, title])).toEqual([
      ['OVERSOLD', 'OPEN', '23166 oversold at UK-1: 74203 more taken out than there are'],
      ['OVERSOLD', 'RESOLVED', '23166 oversold at UK-1: 74203 more taken out than there are'],
    ]);
    expect(versions[1]?.explanation).toBe(
      '23166 oversold at UK-1: 74203 more taken out than there are. Available −74203 = −74203 sellable − 0 reserved; it fell below 0 with shipment 541431 at 13:04. ' +
        'Closes at 0. Closed with return C541433 at 13:20: 12 available.',
    );
  });

  it('is explained by NEGATIVE_ON_HAND for its last minute, when that has waited its 15', () => {
    const { versions } = foldAlerts(new Map(), numbered([out, back]), { partition: 5, now: EXAMPLE_TIME, latenessMs: 15 * 60_000 });
    expect(versions.map(({ kind, status }) => [kind, status])).toEqual([
      ['OVERSOLD', 'OPEN'],
      ['NEGATIVE_ON_HAND', 'OPEN'],
      ['OVERSOLD', 'INHIBITED'],
      ['NEGATIVE_ON_HAND', 'RESOLVED'],
      ['OVERSOLD', 'RESOLVED'],
    ]);
  });
});
