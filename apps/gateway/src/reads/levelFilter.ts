import { available, onHand, position, type Level } from '@quayside/contracts';
import type { LevelFilter } from '@quayside/store';
import type { Shows } from '../feeds/viewSince.js';
import { narrow, type Visible } from '../visible.js';
import { asGiven, flagOf, locationsOf, skusOf, textOf } from './inputs.js';

/** Reads a StockLevelFilter and narrows it to what may be seen. Throws BAD_USER_INPUT. */
export function readLevelFilter(value: unknown, visible: Visible): LevelFilter {
  const given = asGiven(value);
  return {
    skus: skusOf(given),
    locations: narrow(visible, locationsOf(given)),
    skuPrefix: textOf(given, 'search'),
    belowReorderPoint: flagOf(given, 'belowReorderPoint'),
    negative: flagOf(given, 'negative'),
  };
}

/** The same filter over changes: it has to say what the SQL of libs/store says (readLevels.ts). */
export function levelsShown(filter: LevelFilter): Shows<Level> {
  const skus = filter.skus === null ? null : new Set(filter.skus);
  const locations = filter.locations === null ? null : new Set(filter.locations);
  const { skuPrefix, belowReorderPoint, negative } = filter;
  return {
    concerns: ({ sku, location }) =>
      (skus === null || skus.has(sku)) && (locations === null || locations.has(location)) && (skuPrefix === null || sku.startsWith(skuPrefix)),
    matches: (level) =>
      (belowReorderPoint === null || isBelowReorderPoint(level) === belowReorderPoint) && (negative === null || isNegative(level) === negative),
  };
}

const isBelowReorderPoint = (level: Level): boolean => level.reorderPoint !== null && position(level) <= level.reorderPoint;
const isNegative = (level: Level): boolean => onHand(level) < 0 || available(level) < 0;
