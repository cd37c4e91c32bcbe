import { describe, expect, it } from '@jest/globals';
import { levelKey, partitionOf, type ChangeNumber } from '@quayside/contracts';
import type { LiveCursor } from '@quayside/store';
import { aLevel } from '../feeds/aLevel.js';
import { LevelReader } from './levelReader.js';

const EPOCH = 'aaaa1111';
const key = { location: 'DC-1', sku: '10002' };
const stored = aLevel({ version: 7, sellable: 7 });
const live = aLevel({ version: 7, sellable: 70 }); // another number, so that a test sees where it comes from

class Stores {
  now = 0;
  cursor: LiveCursor | null = { epoch: EPOCH, offset: 8 };
  head: ChangeNumber | null = [7, 0];
  redisFails = false;
  liveReads = 0;
  readonly faults: unknown[] = [];
  readonly reader = new LevelReader({
    live: {
      read: async (_partition, keys) => {
        this.liveReads++;
        this.check();
        return { cursor: this.cursor, levels: keys.map((field) => (field === levelKey('DC-1', '10002') ? live : null)) };
      },
      readCursor: async () => {
        this.check();
        return this.cursor;
      },
    },
    readStored: async (keys) => keys.filter(({ sku }) => sku === '10002').map(({ location }) => ({ ...stored, location })),
    headOf: (partition) => (partition === partitionOf('DC-1') ? this.head : null),
    epoch: () => EPOCH,
    now: () => this.now,
    onRedisFault: (cause) => this.faults.push(cause),
  });
  private check(): void {
    if (this.redisFails) throw new Error('Command timed out');
  }
  async sellable(): Promise<number | undefined> {
    const [level] = await this.reader.read([key]);
    return level?.sellable;
  }
}

describe('a level by key', () => {
  it('comes from Redis while its cursor is ahead of all that was seen', async () => {
    expect(await new Stores().sellable()).toBe(70);
  });

  it.each([
    ['its cursor is absent', { cursor: null }],
    ['its cursor is of another store', { cursor: { epoch: 'bbbb2222', offset: 9 } }],
    ['a change was seen that it does not have', { head: [8, 0] }],
    ['its cursor has gone back', { cursor: { epoch: EPOCH, offset: 3 } }],
  ] satisfies [string, Partial<Pick<Stores, 'cursor' | 'head'>>][])('comes from Postgres when %s', async (_name, state) => {
    expect(await Object.assign(new Stores(), state).sellable()).toBe(7);
  });

  it('comes from Postgres while Redis is away, without waiting for it each time, and from Redis once it is back', async () => {
    const stores = new Stores();
    stores.redisFails = true;
    for (const _time of [1, 2, 3]) expect(await stores.sellable()).toBe(7);
    expect(stores.liveReads).toBe(1);
    expect(stores.faults).toHaveLength(1);
    stores.redisFails = false;
    stores.now = 1_000;
    expect(await stores.sellable()).toBe(7); // this one tries, beside its answer
    expect(await stores.sellable()).toBe(70);
  });

  it('is null where there is none, in the order asked', async () => {
    const levels = await new Stores().reader.read([{ location: 'DC-1', sku: 'none' }, key, { location: 'DC-9', sku: '10002' }]);
    expect(levels.map((level) => level?.sellable ?? null)).toEqual([null, 70, null]);
  });
});
