import { isLow, isNegative, type Level } from './level.js';

/** Figures over many levels; `onHand` sums base units of whatever the items are counted in. */
export interface LevelTotals {
  readonly levels: number;
  readonly onHand: number;
  readonly low: number;
  readonly negative: number;
}

export function totalLevels(levels: Iterable<Level>): LevelTotals {
  const totals = { levels: 0, onHand: 0, low: 0, negative: 0 };
  for (const level of levels) {
    totals.levels += 1;
    totals.onHand += level.onHand;
    if (isLow(level)) totals.low += 1;
    if (isNegative(level)) totals.negative += 1;
  }
  return totals;
}
