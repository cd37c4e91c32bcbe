import { describe, expect, it } from '@jest/globals';
import { emptyLevel, levelKey, type Level } from '@quayside/contracts';
import { bringLevels, type LevelHistory } from './bringLevels.js';
import type { LiveCursor, LiveLevels } from './liveLevels.js';

const P = 3;
const EPOCH = 'e-1';
const level = (sku: string, version: number, sellable: number): Level => ({ ...emptyLevel('L', sku), version, sellable });
const at = (offset: number, epoch = EPOCH): LiveCursor => ({ epoch, offset });

/** What anything that calls itself live levels has to do; run over Redis and over the twin. `make` gives an empty one. */
export function describeLiveLevels(name: string, make: () => Promise<LiveLevels>): void {
  const filled = async (): Promise<LiveLevels> => {
    const live = await make();
    await live.startRebuild(P, null, 't');
    await live.rebuildChunk(P, { token: 't', index: 0, levels: [level('A', 5, 50)], cursor: at(10) });
    return live;
  };
  const sellable = async (live: LiveLevels, sku: string): Promise<number | undefined> => (await live.read(P, [levelKey('L', sku)])).levels[0]?.sellable;

  describe(`${name} as live levels`, () => {
    it('show nothing, and no cursor, before anything was put', async () => {
      expect(await (await make()).read(P, [levelKey('L', 'A')])).toEqual({ cursor: null, levels: [null] });
    });

    it('give back a level as it was put, nulls included, with the cursor of the same moment', async () => {
      const live = await filled();
      const full: Level = {
        ...level('Ä "quoted" \\', 1, -3),
        reorderPoint: 4,
        safetyStock: null,
        lastEventAt: 1_700_000_000_123,
        updatedAt: 1_700_000_000_456,
        damaged: 2,
      };
      expect(await live.project(P, { from: at(10), to: 12, levels: [full] })).toEqual(at(12));
      expect(await live.read(P, [levelKey('L', full.sku), levelKey('L', 'none')])).toEqual({ cursor: at(12), levels: [full, null] });
    });

    it('refuse a projection from another cursor, change nothing and say where they stand', async () => {
      const live = await filled();
      expect(await live.project(P, { from: at(9), to: 12, levels: [level('A', 6, 60)] })).toEqual(at(10));
      expect(await live.project(P, { from: at(10, 'e-2'), to: 12, levels: [level('A', 6, 60)] })).toEqual(at(10));
      expect(await sellable(live, 'A')).toBe(50);
    });

    it('change nothing when a projection is sent a second time', async () => {
      const live = await filled();
      const projection = { from: at(10), to: 11, levels: [level('A', 6, 60)] };
      await live.project(P, projection);
      await live.project(P, { from: at(11), to: 12, levels: [level('A', 7, 70)] });
      expect(await live.project(P, projection)).toEqual(at(12));
      expect(await sellable(live, 'A')).toBe(70);
    });

    it('keep the greater version', async () => {
      const live = await filled();
      await live.project(P, { from: at(10), to: 11, levels: [level('A', 4, 40), level('B', 1, 1)] });
      expect([await sellable(live, 'A'), await sellable(live, 'B')]).toEqual([50, 1]);
    });

    it('compare versions as numbers, not as text', async () => {
      const live = await filled();
      await live.project(P, { from: at(10), to: 11, levels: [level('A', 10, 100)] });
      await live.project(P, { from: at(11), to: 12, levels: [level('A', 9, 90)] });
      expect(await sellable(live, 'A')).toBe(100);
    });

    it('do not begin a rebuild when the cursor is another one by now', async () => {
      const live = await filled();
      expect(await live.startRebuild(P, null, 'u')).toBe(false);
      expect(await sellable(live, 'A')).toBe(50);
    });

    it('show no cursor while a rebuild is under way, and drop what was there', async () => {
      const live = await filled();
      await live.startRebuild(P, at(10), 'u');
      await live.rebuildChunk(P, { token: 'u', index: 0, levels: [level('B', 2, 20)], cursor: null });
      expect(await live.read(P, [levelKey('L', 'A')])).toEqual({ cursor: null, levels: [null] });
    });

    it('take the chunks of one rebuild only, each once and in order', async () => {
      const live = await filled();
      await live.startRebuild(P, at(10), 'u');
      await live.startRebuild(P, null, 'v');
      expect(await live.rebuildChunk(P, { token: 'u', index: 0, levels: [level('A', 9, 9)], cursor: at(10) })).toBe(false);
      expect(await live.rebuildChunk(P, { token: 'v', index: 1, levels: [], cursor: null })).toBe(false);
      expect(await live.rebuildChunk(P, { token: 'v', index: 0, levels: [level('A', 6, 60)], cursor: null })).toBe(true);
      expect(await live.rebuildChunk(P, { token: 'v', index: 0, levels: [level('A', 8, 80)], cursor: null })).toBe(false);
      expect(await live.rebuildChunk(P, { token: 'v', index: 1, levels: [level('B', 1, 1)], cursor: at(14) })).toBe(true);
      expect(await live.readCursor(P)).toEqual(at(14));
      expect([await sellable(live, 'A'), await sellable(live, 'B')]).toEqual([60, 1]);
    });
  });

  describe(`bringing ${name} to the fence`, () => {
    // The log so far: record n brings A to version n + 1 with 10 more each.
    const history = (nextOffset: number): LevelHistory => ({
      readFence: async () => ({ nextOffset }),
      readOutcomes: async ({ from, to }) => ({
        changes: Array.from({ length: to - from }, (_unused, index) => ({
          at: [from + index, 0] as const,
          what: {
            kind: 'level' as const,
            level: level('A', from + index + 1, (from + index + 1) * 10),
            cause: { source: '/s', id: 'i', name: 'stock.received' as const, occurredAt: 0, receivedAt: 0 },
          },
        })),
        upTo: to,
      }),
      readLevelSnapshot: async (_partition, each) => void (await each({ levels: [level('A', nextOffset, nextOffset * 10)], nextOffset, last: true })),
    });
    let tokens = 0;
    const bring = (live: LiveLevels, nextOffset: number): Promise<void> =>
      bringLevels(live, history(nextOffset), { partition: P, epoch: EPOCH, goal: nextOffset, token: () => `token-${tokens++}`, sleep: async () => {} });

    it.each<[string, (live: LiveLevels) => Promise<unknown>]>([
      ['that are empty', async () => {}],
      ['that are at an older cursor', (live) => bring(live, 4)],
      ['that are where they should be', (live) => bring(live, 7)],
      ['that are ahead, since Postgres came from a backup', (live) => bring(live, 9)],
      [
        'of another store',
        async (live) => {
          await live.startRebuild(P, null, 'x');
          await live.rebuildChunk(P, { token: 'x', index: 0, levels: [level('A', 99, 1)], cursor: at(7, 'e-0') });
        },
      ],
      [
        'whose rebuild was left in the middle',
        async (live) => {
          await live.startRebuild(P, null, 'x');
          await live.rebuildChunk(P, { token: 'x', index: 0, levels: [level('Z', 99, 1)], cursor: null });
        },
      ],
    ])('mends levels %s', async (_case, prepare) => {
      const live = await make();
      await prepare(live);
      await bring(live, 7);
      expect(await live.read(P, [levelKey('L', 'A'), levelKey('L', 'Z')])).toEqual({ cursor: at(7), levels: [level('A', 7, 70), null] });
    });

    it('leaves levels alone that a faster owner has brought further than we know of', async () => {
      const live = await make();
      await bring(live, 9);
      await bringLevels(live, history(9), { partition: P, epoch: EPOCH, goal: 7, token: () => 'never used', sleep: async () => {} });
      expect(await live.readCursor(P)).toEqual(at(9));
      expect(await sellable(live, 'A')).toBe(90);
    });

    it('lets another rebuild finish that took over from its own', async () => {
      const live = await make();
      const slow: LevelHistory = {
        ...history(7),
        readLevelSnapshot: async (_partition, each) => {
          await live.startRebuild(P, null, 'other');
          await each({ levels: [level('A', 7, 70)], nextOffset: 7, last: true });
        },
      };
      const sleep = async (): Promise<void> => void (await live.rebuildChunk(P, { token: 'other', index: 0, levels: [level('A', 7, 70)], cursor: at(7) }));
      await bringLevels(live, slow, { partition: P, epoch: EPOCH, goal: 7, token: () => 'own', sleep });
      expect(await live.readCursor(P)).toEqual(at(7));
    });
  });
}
