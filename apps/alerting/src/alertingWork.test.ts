import { describe, expect, it } from '@jest/globals';
import { foldAlerts } from '@quayside/alerts';
import { decodeNumbered, type Alert, type Change, type Numbered } from '@quayside/contracts';
import fc from 'fast-check';
import type { AlertingPorts, AlertStore, StepReport } from './alertingPorts.js';
import { AlertingWork, TELL_MS } from './alertingWork.js';
import { aHistory, AlertingWorld, NOW, PARTITION } from './alertingWorld.js';

const LOW = { sku: '10002', sellable: 5 };
const ENOUGH = { sku: '10002', sellable: 50 };

/** Takes everything, beginning anew whenever the loop of libs/kafka would. */
async function runToEnd(world: AlertingWorld, work: AlertingWork, records = 2): Promise<void> {
  for (;;) {
    try {
      let next = await work.start(PARTITION);
      while (next < world.changes.length) {
        const result = await work.take(PARTITION, world.changes.slice(next, next + records));
        if (result.kind === 'refused') break;
        next = result.nextOffset;
      }
      if (next >= world.changes.length && (await work.look(PARTITION)) === 'same') return;
    } catch (cause) {
      if (!(cause instanceof Injected)) throw cause;
    }
  }
}

class Injected extends Error {}

/** What one plain fold over all changes makes: the last version of each episode. */
const oracle = (committed: readonly Numbered<Change>[]): Map<string, Alert> =>
  new Map(foldAlerts(new Map(), committed, { partition: PARTITION, now: NOW, latenessMs: 0 }).changed.map((alert) => [alert.id, alert]));

function expectExact(world: AlertingWorld): void {
  const expected = oracle(world.committed);
  expect(new Map([...world.store.episodes].map(([id, { partition: _partition, ...alert }]) => [id, alert]))).toEqual(expected);
  expect(world.received()).toEqual(expected);
}

describe('alerting', () => {
  it('stores what a change does to its episode and sends it with its numbers', async () => {
    const world = new AlertingWorld(aHistory([ENOUGH, LOW, ENOUGH]));
    world.append(0, 2);
    world.append(2, 1);
    await runToEnd(world, new AlertingWork(world.ports()));
    expectExact(world);
    const records = world.alerts.map((value) => decodeNumbered<Alert>(new TextEncoder().encode(value)));
    expect(records.map(({ after, items }) => [after, items.map(({ at, what }) => [...at, what.status])])).toEqual([
      [
        null,
        [
          [0, 0, 'OPEN'],
          [0, 1, 'RESOLVED'],
        ],
      ],
    ]);
  });

  it('drops changes that it has taken before', async () => {
    const world = new AlertingWorld(aHistory([LOW, ENOUGH]));
    world.append(0, 2);
    world.append(0, 1);
    world.append(0, 2);
    await runToEnd(world, new AlertingWork(world.ports()), 1);
    expectExact(world);
  });

  it('reads changes that never reached it from what inventory stored, the lost tail too', async () => {
    const world = new AlertingWorld(aHistory([LOW, ENOUGH, LOW, ENOUGH, LOW]));
    world.append(0, 1);
    world.append(3, 1);
    world.append(5, 0);
    await runToEnd(world, new AlertingWork(world.ports()));
    expectExact(world);
  });

  it('waits for inventory to have committed what it misses, and gives the step up when that takes too long', async () => {
    const world = new AlertingWorld(aHistory([LOW, ENOUGH]));
    world.append(1, 1);
    const fences = [0, 0, 103];
    let sleptMs = 0;
    const { inventory } = world.ports();
    const sleep = async (ms: number): Promise<void> => void (sleptMs += ms);
    const slow = new AlertingWork(world.ports({ sleep, inventory: { ...inventory, nextOffset: async () => fences.shift() ?? 103 } }));
    await runToEnd(world, slow);
    expectExact(world);
    expect(sleptMs).toBe(200);

    const never = new AlertingWorld(world.committed);
    never.append(1, 1);
    const stuck = new AlertingWork(never.ports({ inventory: { ...inventory, nextOffset: async () => 100 } }));
    await stuck.start(PARTITION);
    await expect(stuck.take(PARTITION, never.changes)).rejects.toThrow("inventory's fence stands at 100");
  });

  it('gives a step up whose missed changes are nowhere to be found', async () => {
    const world = new AlertingWorld(aHistory([LOW, ENOUGH]));
    world.append(1, 1);
    const { inventory } = world.ports();
    const work = new AlertingWork(world.ports({ inventory: { ...inventory, read: async ({ to }) => ({ changes: [], upTo: to }) } }));
    await work.start(PARTITION);
    await expect(work.take(PARTITION, world.changes)).rejects.toThrow('change 100.0 was published, but is in no stored outcome');
  });

  it('halts, with the place and the reason, at a record that it cannot read', async () => {
    const world = new AlertingWorld([]);
    world.appendRaw(new TextEncoder().encode('{"v":2,"items":[]}'));
    const work = new AlertingWork(world.ports());
    await work.start(PARTITION);
    await expect(work.take(PARTITION, world.changes)).rejects.toMatchObject({
      name: 'PartitionHalt',
      code: 'UNREADABLE_CHANGES',
      message: expect.stringContaining('Record 0 of partition 5'),
    });
  });

  it('tells its last number at start and every 30 s while idle, and not while another moves the fence', async () => {
    const world = new AlertingWorld(aHistory([LOW, ENOUGH]));
    world.append(0, 1);
    const work = new AlertingWork(world.ports());
    await runToEnd(world, work);
    expect(await work.look(PARTITION)).toBe('same');
    expect(world.alerts).toHaveLength(1);
    world.now += TELL_MS;
    expect(await work.look(PARTITION)).toBe('same');
    expect(world.alerts[1]).toBe('{"v":1,"after":[0,0],"items":[]}');
    await new AlertingWork(world.ports()).start(PARTITION);
    expect(world.alerts[2]).toBe('{"v":1,"after":[0,0],"items":[]}');
    world.append(1, 1);
    await runToEnd(world, new AlertingWork(world.ports()));
    world.now += TELL_MS;
    expect(await work.look(PARTITION)).toBe('differs');
    expectExact(world);
  });

  it('uses nothing that a failed step left behind', async () => {
    const world = new AlertingWorld(aHistory([LOW]));
    world.append(0, 1);
    const work = new AlertingWork(world.ports({ publish: async () => Promise.reject(new Injected()) }));
    await work.start(PARTITION);
    await expect(work.take(PARTITION, world.changes)).rejects.toBeInstanceOf(Injected);
    await expect(work.take(PARTITION, world.changes)).rejects.toThrow('not started');
  });
});

type Fault = 'none' | 'before' | 'after';

/** Ports whose every call waits for the scheduler, and whose writes fail before or after they took effect as `faults` says. */
function brokenPorts(world: AlertingWorld, scheduler: fc.Scheduler, faults: Fault[]): AlertingPorts {
  const ports = world.ports();
  const later = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>): ((...args: Args) => Promise<T>) =>
    scheduler.scheduleFunction(call) as (...args: Args) => Promise<T>;
  const failing = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>): ((...args: Args) => Promise<T>) =>
    later(async (...args: Args) => {
      const fault = faults.pop() ?? 'none';
      if (fault === 'before') throw new Injected();
      const result = await call(...args);
      if (fault === 'after') throw new Injected();
      return result;
    });
  const { store, inventory } = ports;
  const brokenStore: AlertStore = {
    startFence: later((partition) => store.startFence(partition)),
    readFence: later((partition) => store.readFence(partition)),
    readEpisodes: later((asked) => store.readEpisodes(asked)),
    readTimers: later((asked) => store.readTimers(asked)),
    readDue: later((partition, now) => store.readDue(partition, now)),
    readNextDue: later((partition) => store.readNextDue(partition)),
    commit: failing((commit) => store.commit(commit)),
    readOutcomes: later((range) => store.readOutcomes(range)),
    readNumberBefore: later((partition, offset) => store.readNumberBefore(partition, offset)),
    advancePublished: failing((partition, to) => store.advancePublished(partition, to)),
  };
  return {
    ...ports,
    store: brokenStore,
    inventory: { ...inventory, read: later((range) => inventory.read(range)) },
    publish: failing((partition, values) => ports.publish(partition, values)),
  };
}

describe('what alerting counts', () => {
  it('is every opening, also again within the cool-down, and every resolution, also inside a gap', async () => {
    const world = new AlertingWorld(aHistory([LOW, ENOUGH, LOW, ENOUGH, LOW]));
    world.append(5, 0);
    const counted = { opened: 0, resolved: 0 };
    const onCommitted = ({ opened, resolved }: StepReport): void => {
      counted.opened += opened.length;
      counted.resolved += resolved.length;
    };
    await runToEnd(world, new AlertingWork(world.ports({ onCommitted })));
    expect(counted).toEqual({ opened: 3, resolved: 2 });
  });
});

describe('two owners that both believe in it, records lost and repeated, writes that fail before or after they took effect', () => {
  const steps = fc.array(fc.record({ sku: fc.constantFrom('a', 'b'), sellable: fc.integer({ min: -2, max: 14 }) }), { minLength: 1, maxLength: 14 });
  const sends = fc.array(fc.record({ from: fc.nat(14), count: fc.integer({ min: 0, max: 4 }) }), { maxLength: 6 });
  const faultList = fc.array(fc.constantFrom<Fault>('none', 'none', 'before', 'after'), { maxLength: 12 });

  it('end with the episodes of one plain fold, in the store and at every receiver', async () => {
    await fc.assert(
      fc.asyncProperty(steps, sends, faultList, fc.scheduler(), async (history, records, faults, scheduler) => {
        const world = new AlertingWorld(aHistory(history));
        for (const { from, count } of records) world.append(Math.min(from, history.length), count);
        world.append(history.length, 0);
        const owners = [1, 3].map((size) => runToEnd(world, new AlertingWork(brokenPorts(world, scheduler, faults)), size));
        await scheduler.waitFor(Promise.all(owners));
        expectExact(world);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
