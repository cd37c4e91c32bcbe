import { describe, expect, it } from '@jest/globals';
import { levelKey, type Level } from '@quayside/contracts';
import fc from 'fast-check';
import { aLevel } from '../feeds/aLevel.js';
import { LEVEL_OBJECTS, levelFeed } from '../feeds/levelFeed.js';
import { Stretch } from '../feeds/stretch.js';
import { Channel, type Place, type Reader } from './channel.js';
import type { Feed } from './feed.js';
import { HeldTimers } from './heldTimers.js';

interface Message {
  kind: string;
  cursor: string;
  complete: boolean;
  levels: Level[];
  removedIds: string[];
  coalesced: number;
}

/** A store with its stream: what is written is in the store first and on the stream then, as in the house. */
class World {
  readonly timers = new HeldTimers();
  readonly stretch: Stretch<Level>;
  readonly store = new Map<string, Level>();
  readonly feed: Feed;
  renders = 0;
  reads = 0;
  failing = false;
  private offset = 0;

  constructor({ itemsMax = 1_000, pageSize = 1_000 }: { itemsMax?: number; pageSize?: number } = {}) {
    this.stretch = new Stretch(LEVEL_OBJECTS, 'aaaa1111', itemsMax);
    this.feed = levelFeed(this.stretch, async (_filter, from) => {
      this.reads++;
      if (this.failing) throw new Error('Postgres is away');
      const keys = [...this.store.keys()].sort().filter((key) => from === null || key > from);
      const page = keys.slice(0, pageSize);
      const objects = page.map((key) => this.store.get(key)).filter((level) => level !== undefined);
      return { objects, next: keys.length > pageSize ? (page[page.length - 1] ?? null) : null };
    });
  }

  write(sku: string, sellable: number): void {
    const key = levelKey('DC-1', sku);
    const level = aLevel({ sku, sellable, version: (this.store.get(key)?.version ?? 0) + 1 });
    this.store.set(key, level);
    this.stretch.append(0, [{ at: [this.offset++, 0], what: level }]);
  }

  channel(options = { snapshot: true, coalesceMs: 100, heartbeatMs: 10_000 }): { channel: Channel; emptied: () => boolean } {
    let empty = false;
    const channel = new Channel({
      feed: this.feed,
      view: this.feed.open({}, { kind: 'all' }),
      options,
      timers: this.timers,
      render: async (batch) => {
        this.renders++;
        return Buffer.from(JSON.stringify(batch));
      },
      onFault: () => {},
      onEmpty: () => {
        empty = true;
      },
    });
    this.feed.onChange(() => channel.poke());
    return { channel, emptied: () => empty };
  }
}

class Screen implements Reader {
  readonly messages: Message[] = [];
  readonly view = new Map<string, Level>();
  paused = false;
  failed: unknown = null;
  rebuilding = false;

  isReady(): boolean {
    return !this.paused;
  }

  send(payload: Buffer): void {
    const message: Message = JSON.parse(payload.toString());
    this.messages.push(message);
    if (message.kind === 'RESET') this.view.clear();
    for (const level of message.levels) {
      const key = levelKey(level.location, level.sku);
      if ((this.view.get(key)?.version ?? 0) < level.version) this.view.set(key, level);
    }
  }

  fail(cause: unknown): void {
    this.failed = cause;
  }

  kinds(): string[] {
    return this.messages.map(({ kind }) => kind);
  }
}
type Step = { do: 'write'; sku: string; value: number } | { do: 'pass'; ms: number } | { do: 'pause' | 'go' | 'cut'; who: number } | { do: 'fail' | 'heal' };
const entering: Place = { kind: 'entering' };

describe('a live view', () => {
  it('begins with a SNAPSHOT and goes on with DELTAs that merge versions', async () => {
    const world = new World();
    world.write('a', 1);
    const { channel } = world.channel();
    const screen = new Screen();
    channel.join(screen, entering);
    await world.timers.pass(10);
    world.write('a', 2);
    world.write('a', 3);
    await world.timers.pass(200);
    expect(screen.messages.map(({ kind, coalesced, levels }) => [kind, coalesced, levels.map(({ sellable }) => sellable)])).toEqual([
      ['SNAPSHOT', 0, [1]],
      ['DELTA', 1, [3]],
    ]);
  });

  it('sends the first change after a quiet time at once, and the next at the end of the window', async () => {
    const world = new World();
    const { channel } = world.channel();
    const screen = new Screen();
    channel.join(screen, entering);
    await world.timers.pass(1_000);
    world.write('a', 1);
    await world.timers.pass(0);
    expect(screen.kinds()).toEqual(['SNAPSHOT', 'DELTA']);
    world.write('a', 2);
    await world.timers.pass(99);
    expect(screen.kinds()).toHaveLength(2);
    await world.timers.pass(1);
    expect(screen.kinds()).toHaveLength(3);
  });

  it('sends every change at once with a window of 0', async () => {
    const world = new World();
    const { channel } = world.channel({ snapshot: true, coalesceMs: 0, heartbeatMs: 10_000 });
    const screen = new Screen();
    channel.join(screen, entering);
    await world.timers.pass(1);
    for (const value of [1, 2, 3]) {
      world.write('a', value);
      await world.timers.pass(0);
    }
    expect(screen.kinds()).toEqual(['SNAPSHOT', 'DELTA', 'DELTA', 'DELTA']);
  });

  it('executes once for all readers at the same place', async () => {
    const world = new World();
    const { channel } = world.channel();
    const screens = Array.from({ length: 100 }, () => new Screen());
    for (const screen of screens) channel.join(screen, entering);
    await world.timers.pass(10);
    world.write('a', 1);
    await world.timers.pass(200);
    expect(world.renders).toBe(2);
    expect(screens.every((screen) => screen.kinds().join() === 'SNAPSHOT,DELTA')).toBe(true);
  });

  it('costs a reader that does not read its position and no queue', async () => {
    const world = new World();
    const { channel } = world.channel();
    const [slow, quick] = [new Screen(), new Screen()];
    channel.join(slow, entering);
    channel.join(quick, entering);
    await world.timers.pass(10);
    slow.paused = true;
    for (let value = 0; value < 50; value++) {
      world.write('a', value);
      await world.timers.pass(100);
    }
    expect(slow.messages).toHaveLength(1);
    slow.paused = false;
    await world.timers.pass(200);
    expect(slow.messages).toHaveLength(2);
    expect(slow.messages[1]).toMatchObject({ kind: 'DELTA', coalesced: 49, levels: [{ sellable: 49 }] });
    expect(quick.messages.length).toBeGreaterThan(40);
  });

  it('resumes after a cursor without a gap and without a SNAPSHOT', async () => {
    const world = new World();
    world.write('a', 1);
    const { channel } = world.channel();
    const first = new Screen();
    channel.join(first, entering);
    await world.timers.pass(10);
    channel.leave(first);
    world.write('b', 2);
    const cursor = first.messages[0]?.cursor ?? '';
    const second = new Screen();
    channel.join(second, { kind: 'following', cursor });
    await world.timers.pass(10);
    expect(second.messages).toMatchObject([{ kind: 'DELTA', levels: [{ sku: 'b', sellable: 2 }] }]);
  });

  it('answers a cursor that is too old with RESET and a SNAPSHOT', async () => {
    const world = new World({ itemsMax: 4 });
    world.write('a', 0);
    const cursor = world.feed.head();
    for (let value = 1; value < 20; value++) world.write('a', value);
    const { channel } = world.channel();
    const screen = new Screen();
    channel.join(screen, { kind: 'following', cursor });
    await world.timers.pass(200);
    expect(screen.kinds()).toEqual(['RESET', 'SNAPSHOT']);
    expect([...screen.view.values()]).toMatchObject([{ sellable: 19 }]);
  });

  it('answers the cursor of another store with RESET and a SNAPSHOT', async () => {
    const world = new World();
    world.write('a', 0);
    const { channel } = world.channel();
    const screen = new Screen();
    channel.join(screen, entering);
    await world.timers.pass(10);
    world.stretch.restart('bbbb2222');
    await world.timers.pass(300);
    expect(screen.kinds()).toEqual(['SNAPSHOT', 'RESET', 'SNAPSHOT']);
  });

  it('gives out no cursor to resume from before a snapshot is complete', async () => {
    const world = new World({ pageSize: 2 });
    for (const sku of ['a', 'b', 'c', 'd', 'e']) world.write(sku, 1);
    const { channel } = world.channel();
    const screen = new Screen();
    channel.join(screen, entering);
    await world.timers.pass(10);
    expect(screen.messages.map(({ complete }) => complete)).toEqual([false, false, true]);
    expect(screen.messages.map(({ cursor }) => world.feed.isRetained(cursor))).toEqual([false, false, true]);
  });

  it('sends an empty DELTA with the current cursor when nothing has happened for the time of a heartbeat', async () => {
    const world = new World();
    const { channel } = world.channel({ snapshot: true, coalesceMs: 100, heartbeatMs: 1_000 });
    const screen = new Screen();
    channel.join(screen, entering);
    await world.timers.pass(3_500);
    expect(screen.kinds()).toEqual(['SNAPSHOT', 'DELTA', 'DELTA', 'DELTA']);
    expect(screen.messages.every(({ levels }) => levels.length === 0)).toBe(true);
  });

  it('rests with a reader whose cursor another gateway gave out, ahead of this one, and never sends it what it has', async () => {
    const ahead = new World();
    const behind = new World();
    for (const world of [ahead, behind]) world.write('a', 1);
    ahead.write('a', 2);
    const { channel } = behind.channel({ snapshot: true, coalesceMs: 0, heartbeatMs: 10_000 });
    const screen = new Screen();
    channel.join(screen, { kind: 'following', cursor: ahead.feed.head() });
    await behind.timers.pass(1_000);
    behind.write('a', 2);
    await behind.timers.pass(100);
    expect(screen.messages).toEqual([]);
    behind.write('a', 3);
    await behind.timers.pass(100);
    expect(screen.messages).toMatchObject([{ levels: [{ version: 3 }] }]);
  });

  it('tries again while a store is away, and tells its readers when it stays away', async () => {
    const world = new World();
    world.failing = true;
    const { channel, emptied } = world.channel();
    const [patient, late] = [new Screen(), new Screen()];
    channel.join(patient, entering);
    await world.timers.pass(2_500);
    world.failing = false;
    await world.timers.pass(1_500);
    expect(patient.kinds()).toEqual(['SNAPSHOT']);
    world.failing = true;
    channel.join(late, entering);
    await world.timers.pass(15_000);
    expect(late.failed).toMatchObject({ message: 'Postgres is away' });
    expect(patient.failed).toBeNull();
    channel.leave(patient);
    expect(emptied()).toBe(true);
  });

  it('ends every screen with the newest versions, whatever is written and whoever pauses, leaves and resumes (property)', async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('write' as const), sku: fc.constantFrom('a', 'b', 'c', 'd', 'e'), value: fc.integer({ min: -5, max: 5 }) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 150 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'go' as const, 'cut' as const), who: fc.nat({ max: 2 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('fail' as const, 'heal' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom(3, 1_000),
        fc.constantFrom(2, 1_000),
        fc.constantFrom(0, 100),
        async (steps, itemsMax, pageSize, coalesceMs) => {
          const world = new World({ itemsMax, pageSize });
          const { channel } = world.channel({ snapshot: true, coalesceMs, heartbeatMs: 10_000 });
          const screens = [new Screen(), new Screen(), new Screen()];
          for (const screen of screens) channel.join(screen, entering);
          for (const taken of steps) {
            if (taken.do === 'write') world.write(taken.sku, taken.value);
            else if (taken.do === 'pass') await world.timers.pass(taken.ms);
            else if (!('who' in taken)) world.failing = taken.do === 'fail';
            else {
              const screen = screens[taken.who];
              if (screen === undefined) continue;
              if (taken.do === 'cut') {
                channel.leave(screen);
                const cursor = screen.messages[screen.messages.length - 1]?.cursor;
                channel.join(screen, cursor === undefined ? entering : { kind: 'following', cursor });
              } else screen.paused = taken.do === 'pause';
            }
          }
          world.failing = false;
          for (const screen of screens) screen.paused = false;
          await world.timers.pass(3_000);
          for (const screen of screens) {
            expect(screen.failed).toBeNull();
            expect(screen.view).toEqual(world.store);
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
