import { describe, expect, it } from '@jest/globals';
import type { Level } from '@quayside/contracts';
import { levelsShown } from '../reads/levelFilter.js';
import { aLevel, aNumbered } from './aLevel.js';
import { LEVEL_OBJECTS } from './levelFeed.js';
import { Ring } from './ring.js';
import { differenceOf } from './viewSince.js';

const all = { skus: null, locations: null, skuPrefix: null, belowReorderPoint: null, negative: null };
function after(levels: readonly Partial<Level>[], from: number) {
  const ring = new Ring(100, LEVEL_OBJECTS);
  ring.append(
    levels.map((given, index) => aNumbered([index, 0], given)),
    0,
  );
  return ring.since(from < 0 ? null : [from, 0]);
}

describe('the difference that changes make to a view', () => {
  it('is the newest version of each object, and how many versions that saved', () => {
    const changes = after(
      [
        { sku: 'a', version: 1 },
        { sku: 'b', version: 1 },
        { sku: 'a', version: 2 },
        { sku: 'a', version: 3 },
      ],
      -1,
    );
    const difference = differenceOf(changes, levelsShown(all));
    expect(difference?.shown.map(({ sku, version }) => [sku, version])).toEqual([
      ['b', 1],
      ['a', 3],
    ]);
    expect(difference?.coalesced).toBe(2);
  });

  it('is nothing where no change concerns the view', () => {
    expect(differenceOf(after([{ sku: 'a' }], -1), levelsShown({ ...all, skus: ['b'] }))).toBeNull();
    expect(differenceOf(after([{ location: 'DC-2' }], -1), levelsShown({ ...all, locations: ['DC-1'] }))).toBeNull();
  });

  const low = levelsShown({ ...all, belowReorderPoint: true });
  it('tells an object as removed when it was shown before and no longer matches', () => {
    const changes = after(
      [
        { version: 1, sellable: 1, reorderPoint: 5 },
        { version: 2, sellable: 9, reorderPoint: 5 },
      ],
      0,
    );
    expect(differenceOf(changes, low)).toMatchObject({ shown: [], removed: [{ version: 2 }] });
  });

  it('says nothing of an object that neither matched nor matches', () => {
    const changes = after(
      [
        { version: 1, sellable: 8, reorderPoint: 5 },
        { version: 2, sellable: 9, reorderPoint: 5 },
      ],
      0,
    );
    expect(differenceOf(changes, low)).toBeNull();
    expect(differenceOf(after([{ version: 1, sellable: 8, reorderPoint: 5 }], -1), low)).toBeNull();
  });

  it('tells an object as removed when what was before is not known', () => {
    expect(differenceOf(after([{ version: 4, sellable: 8, reorderPoint: 5 }], -1), low)?.removed).toHaveLength(1);
  });

  it('does not tell an object that matched for a moment between two batches', () => {
    const changes = after(
      [
        { version: 1, sellable: 8, reorderPoint: 5 },
        { version: 2, sellable: 1, reorderPoint: 5 },
        { version: 3, sellable: 8, reorderPoint: 5 },
      ],
      0,
    );
    expect(differenceOf(changes, low)).toBeNull();
  });

  it('matches levels as the SQL does: at the reorder point is below it, no reorder point never is, negative is on hand or available', () => {
    const shows = (given: Partial<Level>, filter: Partial<typeof all | { belowReorderPoint: boolean; negative: boolean }>) =>
      levelsShown({ ...all, ...filter }).matches(aLevel(given));
    expect(shows({ sellable: 5, reorderPoint: 5 }, { belowReorderPoint: true })).toBe(true);
    expect(shows({ sellable: 0 }, { belowReorderPoint: true })).toBe(false);
    expect(shows({ sellable: 0 }, { belowReorderPoint: false })).toBe(true);
    expect(shows({ sellable: 1, reserved: 2 }, { negative: true })).toBe(true);
    expect(shows({ sellable: 1, damaged: -2 }, { negative: true })).toBe(true);
    expect(shows({ sellable: 0 }, { negative: true })).toBe(false);
  });
});
