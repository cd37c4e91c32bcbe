import { describe, expect, it } from '@jest/globals';
import { emptyLevel } from '@quayside/contracts';
import { judgeExplanation, type Explanation } from '@quayside/store';
import picocolors from 'picocolors';
import { reckon, showExplanation } from './showExplanation.js';

const explanation: Explanation = {
  level: { ...emptyLevel('DC-1', 'A'), sellable: 8, damaged: 1, reserved: 2 },
  counts: [{ bucket: 'sellable', lot: null, counted: 10, summed: 10, occurredAt: 0, source: '/wms', id: 'c-1' }],
  sums: [
    { period: 'before', kind: null, bucket: 'sellable', rows: 5, delta: 10 },
    { period: 'since', kind: 'SHIPPED', bucket: 'sellable', rows: 1, delta: -4 },
    { period: 'since', kind: 'ADJUSTED', bucket: 'damaged', rows: 1, delta: 1 },
    { period: 'after', kind: null, bucket: 'sellable', rows: 1, delta: 2 },
  ],
  promises: { list: [{ kind: 'order', reference: 'SO-1', line: 1, held: 3 }], open: 1, held: 3, heldAfter: -1 },
  late: { list: [], rows: 0 },
};

describe('an explanation of a level', () => {
  it('adds up the rows up to the time asked, and takes later ones off the level', () => {
    expect(reckon(explanation)).toEqual({ onHand: 7, sellable: 6, reserved: 3, available: 3 });
    expect(judgeExplanation(explanation)).toEqual([]);
  });

  it('says which bucket, promise or count does not add up, and by what', () => {
    const wrong: Explanation = {
      ...explanation,
      level: { ...explanation.level, sellable: 9, reserved: 0 },
      counts: explanation.counts.map((count) => ({ ...count, summed: 11 })),
    };
    const gaps = judgeExplanation(wrong);
    expect(gaps).toEqual([
      { of: 'sellable', level: 7, rows: 6 },
      { of: 'reserved', level: 1, rows: 3 },
      { of: 'count', level: 10, rows: 11 },
    ]);
    expect(showExplanation(wrong, { gaps, colors: picocolors.createColors(false) })).toContain('✗ sellable does not add up: the level says 7, its rows 6');
  });

  it('reads like a reckoning', () => {
    expect(showExplanation(explanation, { gaps: [], colors: picocolors.createColors(false) }).split('\n')).toEqual([
      'A at DC-1',
      'Last count 1970-01-01T00:00:00.000Z: 10 sellable  (/wms c-1)',
      'Movements',
      '         +10  up to the count sellable (5 rows)',
      '          -4  SHIPPED sellable (1 row)',
      '          +1  ADJUSTED damaged (1 row)',
      '           7  on hand, of it 6 sellable',
      'Open reservations: 1',
      '          +3  order SO-1 line 1',
      '           3  reserved',
      '           3  available = 6 sellable - 3 reserved',
      'Late rows, counted in above: 0',
      '✓ This adds up to the level exactly.',
    ]);
  });
});
