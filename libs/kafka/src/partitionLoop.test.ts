import { describe, expect, it } from '@jest/globals';
import type { LogRecord } from './logRecord.js';
import { PartitionHalt, PartitionLoop, type LogReader, type PartitionState, type PartitionWork, type TakeResult } from './partitionLoop.js';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const records = (from: number, to: number): LogRecord[] =>
  Array.from({ length: to - from }, (_unused, index) => ({ partition: 0, offset: from + index, appendedAt: 0, key: null, value: null }));

/** A partition whose log is known, a fence that anybody may move, and a loop over both. */
class World {
  constructor(private readonly retentionPassed: 'halt' | 'skip' = 'halt') {}

  fence = 0;
  low = 0;
  high = 10;
  paused = true;
  sought: number[] = [];
  taken: number[] = [];
  states: PartitionState[] = [];
  /** Next results of start and take; the honest thing when empty. */
  faults: { start: Error[]; take: (Error | TakeResult)[]; look: ('same' | 'differs')[] } = { start: [], take: [], look: [] };
  time = 0;
  rememberedAt: number | null = null;

  readonly work: PartitionWork = {
    start: async () => {
      const fault = this.faults.start.shift();
      if (fault !== undefined) throw fault;
      return this.fence;
    },
    take: async (_partition, given) => {
      const fault = this.faults.take.shift();
      if (fault instanceof Error) throw fault;
      if (fault !== undefined) return fault;
      this.taken.push(...given.map((record) => record.offset));
      this.fence = (given[given.length - 1]?.offset ?? -1) + 1;
      return { kind: 'done', nextOffset: this.fence };
    },
    look: async () => this.faults.look.shift() ?? 'same',
    drop: () => {},
    remembered: () => this.rememberedAt,
  };
  readonly log: LogReader = {
    seek: (_partition, offset) => void this.sought.push(offset),
    pause: () => void (this.paused = true),
    resume: () => void (this.paused = false),
    ends: async () => ({ low: this.low, high: this.high }),
    sleep: async () => {},
  };
  readonly loop = new PartitionLoop(this.work, this.log, {
    onState: (_partition, state) => this.states.push(state),
    now: () => this.time,
    logger: SILENT,
    retentionPassed: this.retentionPassed,
  });

  deliver(from: number, to: number): Promise<number | null> {
    return this.loop.deliver(0, records(from, to), async () => {});
  }
  async settled(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }
}

async function started(prepare: (world: World) => void = () => {}): Promise<World> {
  const world = new World();
  prepare(world);
  world.loop.assign([0]);
  await world.settled();
  return world;
}

describe('a partition loop', () => {
  it('starts a partition at its stored position and lets the log flow from there', async () => {
    const world = await started((w) => (w.fence = 4));
    expect([world.sought, world.paused, world.states]).toEqual([[4], false, [{ kind: 'owned' }]]);
  });

  it('does not believe records below the fence, which it has not asked for: it starts again and looks at the log', async () => {
    const world = await started((w) => (w.fence = 4));
    world.high = 3;
    expect(await world.deliver(0, 3)).toBeNull();
    await world.settled();
    expect(world.taken).toEqual([]);
    expect(world.states.at(-1)).toMatchObject({ kind: 'halted', detail: expect.stringContaining('ends at 3, before 4') });
  });

  it('takes nothing while a partition is not started', async () => {
    const world = new World();
    expect(await world.deliver(0, 3)).toBeNull();
    expect(world.taken).toEqual([]);
  });

  it('seeks once more when the first record stands above the fence, and halts when it really is absent', async () => {
    const world = await started();
    await world.deliver(3, 5);
    await world.settled();
    expect(world.sought).toEqual([0, 0]);
    await world.deliver(3, 5);
    await world.settled();
    expect(world.states.at(-1)).toMatchObject({ kind: 'halted', detail: expect.stringContaining('Record 0 of partition 0 is absent, 3 comes next') });
    expect([world.taken, world.paused]).toEqual([[], true]);
  });

  it('starts again from the fence when a batch is refused', async () => {
    const world = await started((w) => w.faults.take.push({ kind: 'refused' }));
    world.fence = 2;
    await world.deliver(0, 3);
    await world.settled();
    expect(world.sought).toEqual([0, 2]);
    expect(await world.deliver(2, 3)).toBe(3);
    expect(world.taken).toEqual([2]);
  });

  it('starts again after an error of a batch, and after errors of the start itself', async () => {
    const world = await started((w) => {
      w.faults.take.push(new Error('the connection is gone'));
      w.faults.start.push(new Error('no database'), new Error('still none'));
    });
    expect(world.states.map((state) => state.kind)).toEqual(['failing', 'failing', 'owned']);
    await world.deliver(0, 3);
    await world.settled();
    expect(world.states.map((state) => state.kind)).toEqual(['failing', 'failing', 'owned', 'failing', 'owned']);
    expect(await world.deliver(0, 3)).toBe(3);
  });

  it.each([
    ['the log begins after the fence', { low: 5, high: 10 }, 3, '2 records after 3'],
    ['the log ends before the fence', { low: 0, high: 2 }, 3, 'ends at 2, before 3'],
  ])('halts when %s', async (_case, ends, fence, reason) => {
    const world = await started((w) => Object.assign(w, ends, { fence }));
    expect(world.states).toEqual([{ kind: 'halted', detail: expect.stringContaining(reason) }]);
    expect(world.paused).toBe(true);
  });

  it('goes on at the first record that is there, where the work fills gaps from elsewhere', async () => {
    const world = new World('skip');
    Object.assign(world, { low: 5, fence: 3 });
    world.loop.assign([0]);
    await world.settled();
    expect([world.sought, await world.deliver(5, 7), world.taken]).toEqual([[5], 7, [5, 6]]);
  });

  it.each([
    [
      'has another record where the last applied one was',
      5,
      'LOG_RECREATED',
      'appended at 1970-01-01T00:00:00.005Z; the log has one appended at 1970-01-01T00:00:00.000Z there',
    ],
  ])('halts when the log %s', async (_case, rememberedAt, _code, reason) => {
    const world = await started((w) => Object.assign(w, { fence: 4, rememberedAt }));
    expect(world.sought).toEqual([3]);
    await world.deliver(3, 6);
    expect([world.states.at(-1)?.kind, world.taken]).toEqual(['halted', []]);
    expect(world.states.at(-1)).toMatchObject({ detail: expect.stringContaining(reason) });
  });

  it('goes on when the record before the fence is the one remembered, and does not take it twice', async () => {
    const world = await started((w) => Object.assign(w, { fence: 4, rememberedAt: 0 }));
    expect(await world.deliver(3, 6)).toBe(6);
    expect(world.taken).toEqual([4, 5]);
  });

  it('takes a batch in as many steps as the work wants', async () => {
    const world = await started();
    const whole = world.work.take;
    Object.assign(world.work, { take: (partition: number, given: readonly LogRecord[]) => whole(partition, given.slice(0, 2)) });
    expect(await world.deliver(0, 5)).toBe(5);
    expect(world.taken).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells the client what the client threw at a heartbeat, and goes on when it is assigned again', async () => {
    const world = await started();
    const expelled = new Error('the group is rebalancing');
    await expect(world.loop.deliver(0, records(0, 2), () => Promise.reject(expelled))).rejects.toBe(expelled);
    world.loop.assign([0]);
    await world.settled();
    expect(await world.deliver(2, 4)).toBe(4);
    expect(world.taken).toEqual([0, 1, 2, 3]);
  });

  it('looks at a halt again, and goes on when an operator has moved the fence', async () => {
    const world = await started((w) => Object.assign(w, { low: 5, fence: 3 }));
    world.fence = 5;
    world.time = 5_000;
    world.loop.lookIdle(5_000);
    await world.settled();
    expect(world.states.map((state) => state.kind)).toEqual(['halted', 'owned']);
  });

  it('stays halted where the work says that waiting cannot heal it', async () => {
    const world = await started((w) => w.faults.take.push(new PartitionHalt('TEST', 'an operator has to look')));
    await world.deliver(0, 3);
    await world.settled();
    expect(await world.deliver(0, 3)).toBeNull();
    expect(world.states.at(-1)).toEqual({ kind: 'halted', detail: 'an operator has to look' });
  });

  it('gives a delivery back at once while the partition is being started, however long that takes', async () => {
    const world = new World();
    let letStart = (): void => {};
    Object.assign(world.work, { start: () => new Promise<number>((resolve) => (letStart = () => resolve(0))) });
    world.loop.assign([0]);
    await world.settled();
    expect(await world.deliver(0, 3)).toBeNull();
    letStart();
    await world.settled();
    expect(world.states).toEqual([{ kind: 'owned' }]);
  });

  it('never works on a partition twice at once, and a start of before leaves the partition alone that was lost and assigned again', async () => {
    const world = new World();
    let running = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    Object.assign(world.work, {
      start: async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => gates.push(resolve));
        running--;
        return 0;
      },
    });
    world.loop.assign([0]);
    await world.settled();
    world.loop.assign([]);
    world.loop.assign([0]);
    await world.settled();
    for (let gate = gates.shift(); gate !== undefined; gate = gates.shift()) {
      gate();
      await world.settled();
    }
    expect([most, world.paused, world.states.at(-1)]).toEqual([1, false, { kind: 'owned' }]);
  });

  it('stops before a hole inside a fetch, and halts when the record is really absent', async () => {
    const world = await started();
    const holed = [...records(0, 2), ...records(3, 5)];
    expect(await world.loop.deliver(0, holed, async () => {})).toBe(2);
    await world.settled();
    await world.deliver(3, 5);
    await world.settled();
    expect(world.taken).toEqual([0, 1]);
    expect(world.states.at(-1)).toMatchObject({ kind: 'halted', detail: expect.stringContaining('Record 2 of partition 0 is absent') });
  });

  it('starts an idle partition again when what is stored differs from what is held', async () => {
    const world = await started((w) => w.faults.look.push('same', 'differs'));
    world.fence = 6;
    for (const time of [5_000, 10_000]) {
      world.time = time;
      world.loop.lookIdle(5_000);
      await world.settled();
    }
    expect(world.sought).toEqual([0, 6]);
  });

  describe('that has something to do by the clock', () => {
    const ticking = async (answers: (Error | 'done' | 'refused')[]): Promise<{ world: World; ticks: () => number; turn: () => Promise<void> }> => {
      const world = new World();
      world.high = 0;
      let ticks = 0;
      Object.assign(world.work, {
        tick: async () => {
          ticks++;
          const answer = answers.shift() ?? 'done';
          if (answer instanceof Error) throw answer;
          return answer;
        },
      });
      world.loop.assign([0]);
      const turn = async (): Promise<void> => {
        world.loop.tick();
        await world.settled();
      };
      return { world, ticks: () => ticks, turn };
    };

    it('does it between steps while the partition is at work, and not before it has started', async () => {
      const { world, ticks, turn } = await ticking([]);
      world.loop.tick();
      expect(ticks()).toBe(0);
      await world.settled();
      await turn();
      await turn();
      expect([ticks(), world.sought]).toEqual([2, [0]]);
    });

    it('does not do it before it has taken what was in the log when it started', async () => {
      const { world, ticks, turn } = await ticking([]);
      await world.settled();
      world.high = 4;
      world.loop.assign([0]);
      await world.settled();
      await turn();
      await world.deliver(0, 3);
      await turn();
      expect(ticks()).toBe(0);
      await world.deliver(3, 4);
      await turn();
      expect(ticks()).toBe(1);
    });

    it('does not do it twice at once, nor while a step is under way', async () => {
      const { world, ticks } = await ticking([]);
      await world.settled();
      let letTake = (): void => {};
      Object.assign(world.work, {
        take: () => new Promise<TakeResult>((resolve) => (letTake = () => resolve({ kind: 'done', nextOffset: 2 }))),
      });
      const delivered = world.deliver(0, 2);
      await world.settled();
      world.loop.tick();
      world.loop.tick();
      await world.settled();
      expect(ticks()).toBe(0);
      letTake();
      expect(await delivered).toBe(2);
      await world.settled();
      expect(ticks()).toBe(1);
    });

    it('starts the partition again when it is refused, or fails', async () => {
      const { world, turn } = await ticking(['refused', new Error('the connection is gone')]);
      await world.settled();
      world.fence = world.high = 3;
      await turn();
      world.fence = world.high = 5;
      await turn();
      expect(world.sought).toEqual([0, 3, 5]);
      expect(world.states.map((state) => state.kind)).toEqual(['owned', 'owned', 'failing', 'owned']);
    });

    it('stays still while it is halted', async () => {
      const { world, ticks, turn } = await ticking([new PartitionHalt('TEST', 'an operator has to look')]);
      await world.settled();
      await turn();
      await turn();
      expect([ticks(), world.states.at(-1)?.kind]).toEqual([1, 'halted']);
    });
  });

  it('gives a partition up when the group takes it away, and takes nothing more of it', async () => {
    const world = await started();
    world.loop.assign([]);
    expect(await world.deliver(0, 3)).toBeNull();
    expect(world.states.at(-1)).toEqual({ kind: 'dropped' });
  });
});
