import type { Level } from './level.js';
import { matcherOf, type LevelFilter, type SortKey } from './levelFilter.js';

/** Digits of a run are padded to this, so that SKU 9 comes before 10; longer runs compare as text. */
const DIGITS_MAX = 12;

/** Kept per code: 20,000 levels are sorted several times a second, over a few thousand codes that never change. */
const naturalKeys = new Map<string, string>();
/** Dropped all at once beyond this, which costs one slow sort. */
const NATURAL_KEYS_MAX = 100_000;

/** The levels that the filter lets through, in its order; SKU and location settle what is equal, so that the order is always the same. */
export function orderLevels(levels: Iterable<Level>, filter: LevelFilter): Level[] {
  const matches = matcherOf(filter);
  const chosen = [...levels].filter(matches).map((level) => ({ level, sku: naturalKey(level.sku), location: naturalKey(level.location) }));
  const sign = filter.sort.descending ? -1 : 1;
  const { key } = filter.sort;
  chosen.sort((a, b) => {
    if (key !== 'sku') {
      const first = key === 'location' ? compare(a.location, b.location) : compareFigures(figureOf(a.level, key), figureOf(b.level, key), sign);
      if (first !== 0) return key === 'location' ? sign * first : first;
    }
    return (key === 'sku' ? sign : 1) * compare(a.sku, b.sku) || compare(a.location, b.location);
  });
  return chosen.map(({ level }) => level);
}

/** Whether a change of figures alone can change the order or what is in it. */
export const isOrderVolatile = (filter: LevelFilter): boolean => filter.needsAttention || (filter.sort.key !== 'sku' && filter.sort.key !== 'location');

function figureOf(level: Level, key: Exclude<SortKey, 'sku' | 'location'>): number | null {
  return key === 'updated' ? level.updatedAtMs : level[key];
}

/** What has no figure comes last in either direction. */
function compareFigures(a: number | null, b: number | null, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return sign * (a < b ? -1 : 1);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function naturalKey(code: string): string {
  const known = naturalKeys.get(code);
  if (known !== undefined) return known;
  const key = code.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(DIGITS_MAX, '0'));
  if (naturalKeys.size >= NATURAL_KEYS_MAX) naturalKeys.clear();
  naturalKeys.set(code, key);
  return key;
}
