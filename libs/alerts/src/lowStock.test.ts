import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aLevelChange, EXAMPLE_TIME } from './aLevelChange.js';
import { closesAt, judgeLowStock as judge } from './lowStock.js';

const judgeLowStock = (change: ReturnType<typeof aLevelChange>, openSince: number | null): ReturnType<typeof judge> =>
  judge(change, { openSince, latenessMs: 0, atRisk: undefined });

describe('LOW_STOCK', () => {
  it.each([
    ['fires below the reorder point', 39, 40, 'firing'],
    ['fires on the reorder point', 40, 40, 'firing'],
    ['holds one above it', 41, 40, 'hold'],
    ['holds just under 110 % of it', 43, 40, 'hold'],
    ['clears at 110 % of it', 44, 40, 'clear'],
    ['clears one above a small reorder point', 4, 3, 'clear'],
    ['fires on a reorder point of 0', 0, 0, 'firing'],
    ['clears one above a reorder point of 0', 1, 0, 'clear'],
    ['stays silent where no reorder point is set, even below zero', -5, null, 'clear'],
  ])('%s', (_title, sellable, reorderPoint, kind) => {
    expect(judgeLowStock(aLevelChange({ sellable, reorderPoint }), null).kind).toBe(kind);
  });

  it('looks at the position, not at the shelf', () => {
    const level = { sellable: 10, onOrder: 60, inTransit: 5, reserved: 20, backordered: 10, reorderPoint: 40 };
    expect(judgeLowStock(aLevelChange(level), null).kind).toBe('clear');
    expect(judgeLowStock(aLevelChange({ ...level, onOrder: 55 }), null)).toMatchObject({ kind: 'firing', evidence: { observed: 40, threshold: 40 } });
  });

  it.each([
    [10, 11],
    [30, 33],
    [40, 44],
    [41, 46],
    [100, 110],
  ])('with a reorder point of %i closes at %i, without a rounding error', (reorderPoint, closes) => {
    expect(closesAt(reorderPoint)).toBe(closes);
  });

  it('closes above the reorder point, at the smallest whole number that is at least 110 % of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (reorderPoint) => {
        const closes = closesAt(reorderPoint);
        expect(closes).toBeGreaterThan(reorderPoint);
        expect(closes * 10).toBeGreaterThanOrEqual(reorderPoint * 11);
        if (closes > reorderPoint + 1) expect((closes - 1) * 10).toBeLessThan(reorderPoint * 11);
      }),
    );
  });
});

describe('what LOW_STOCK says', () => {
  const example = { sellable: 45, reserved: 8, reorderPoint: 40 };
  const explain = (change: ReturnType<typeof aLevelChange>, openSince: number | null): string => {
    const verdict = judgeLowStock(change, openSince);
    return verdict.kind === 'clear' ? verdict.closing : verdict.explanation;
  };

  it('is the sentence of domain.md when it opens', () => {
    expect(explain(aLevelChange(example), null)).toBe(
      '10002 low at DC-1: 37 left, reorder at 40. Position 37 = 45 sellable + 0 on order + 0 in transit − 8 reserved − 0 backordered; ' +
        'it fell below the reorder point 40 (set by hand) with shipment ship-981 at 13:04. Closes at 44.',
    );
  });

  it('tells since when it is open, and the newest event, while it lasts', () => {
    expect(explain(aLevelChange({ ...example, cause: { id: 'ship-990', occurredAt: EXAMPLE_TIME + 600_000 } }), EXAMPLE_TIME)).toMatch(
      /; it is below the reorder point 40 \(set by hand\) after shipment ship-990 at 13:14\. Open since 13:04, closes at 44\.$/,
    );
  });

  it('names the setting of the reorder point when that is what crossed it', () => {
    expect(explain(aLevelChange({ ...example, cause: { name: 'policy.set', id: 'p1' } }), null)).toContain(
      '; it is below the reorder point 40, set by hand at 13:04. Closes at 44.',
    );
  });

  it('gives the day with the time of an event of another day, and negative numbers a minus sign', () => {
    const explanation = explain(aLevelChange({ sellable: -3, reorderPoint: 0, cause: { occurredAt: EXAMPLE_TIME - 86_400_000 } }), null);
    expect(explanation).toContain('10002 low at DC-1: −3 left, reorder at 0. Position −3 = −3 sellable');
    expect(explanation).toContain('with shipment ship-981 at 2026-11-21 13:04.');
  });

  it('says with what it closed', () => {
    expect(explain(aLevelChange({ ...example, sellable: 60, cause: { name: 'stock.received', id: 'rec-7' } }), EXAMPLE_TIME)).toBe(
      'Closed with receipt rec-7 at 13:04: position 52.',
    );
    expect(explain(aLevelChange({ ...example, reorderPoint: null, cause: { name: 'policy.set' } }), EXAMPLE_TIME)).toBe(
      'Closed at 13:04: the reorder point was taken away.',
    );
    expect(explain(aLevelChange({ ...example, reorderPoint: 10, cause: { name: 'policy.set' } }), EXAMPLE_TIME)).toBe(
      'Closed at 13:04: position 37, reorder point set to 10.',
    );
  });
});
