import { describe, expect, it } from '@jest/globals';
import type { AlertCommand } from '@quayside/contracts';
import fc from 'fast-check';
import type { AlertingPorts } from './alertingPorts.js';
import { aHistory, AlertingWorld, NOW, PARTITION } from './alertingWorld.js';
import { AlertingWork } from './alertingWork.js';
import { CommandWork } from './commandWork.js';

const ID = 'LOW_STOCK|DC-1|10002|5.100';
const LOW = { sku: '10002', sellable: 5 };

const acknowledge = (id: string, alertId = ID): AlertCommand => ({ v: 1, id, alertId, by: 'user:ann', at: NOW, kind: 'acknowledge' });
const comment = (id: string): AlertCommand => ({ v: 1, id, alertId: ID, by: 'user:ann', at: NOW, kind: 'comment', comment: id });

async function openAlert(stated: Partial<AlertingPorts> = {}): Promise<{ world: AlertingWorld; changes: AlertingWork; commands: CommandWork }> {
  const world = new AlertingWorld(aHistory([LOW, { sku: '10002', sellable: 4 }]));
  world.append(0, 1);
  world.append(1, 1);
  const changes = new AlertingWork(world.ports(stated));
  await changes.start(PARTITION);
  await changes.take(PARTITION, world.changes.slice(0, 1));
  const commands = new CommandWork(world.ports(stated));
  await commands.start(PARTITION);
  return { world, changes, commands };
}
const stored = (world: AlertingWorld): unknown => world.store.episodes.get(ID);

describe('a command', () => {
  it('changes its episode, is told with a number, and moves the position of the commands', async () => {
    const { world, commands } = await openAlert();
    world.command(acknowledge('c-1'), NOW + 5);
    expect(await commands.take(PARTITION, world.commands)).toEqual({ kind: 'done', nextOffset: 1 });
    expect(stored(world)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedAt: NOW + 5, acknowledgedBy: 'user:ann', version: 2 });
    expect(world.received().get(ID)).toMatchObject({ status: 'ACKNOWLEDGED' });
    expect(await world.store.readFence(PARTITION)).toMatchObject({ nextOffset: 1, commandsOffset: 1, outboxNext: 2, alertsOffset: 2 });
    expect(await commands.look(PARTITION)).toBe('same');
  });

  it('makes what the owner of the changes holds void: that one is refused, and begins again with what is true', async () => {
    const { world, changes, commands } = await openAlert();
    world.command(acknowledge('c-1'));
    await commands.take(PARTITION, world.commands);
    expect(await changes.look(PARTITION)).toBe('differs');
    expect(await changes.take(PARTITION, world.changes.slice(1))).toEqual({ kind: 'refused' });
    await changes.start(PARTITION);
    await changes.take(PARTITION, world.changes.slice(1));
    expect(stored(world)).toMatchObject({ status: 'ACKNOWLEDGED', version: 3, evidence: { observed: 4 } });
    expect(world.received().get(ID)).toMatchObject({ version: 3 });
  });

  it.each<[string, string, string]>([
    ['that is no JSON', '{', 'Invalid input'],
    ['of another version', JSON.stringify({ ...acknowledge('c'), v: 2 }), 'v: Invalid input'],
    ['without a person', JSON.stringify({ ...acknowledge('c'), by: '' }), 'by: '],
    ['of an unknown kind', JSON.stringify({ ...acknowledge('c'), kind: 'delete' }), 'kind: '],
    ['of another partition', JSON.stringify(acknowledge('c', 'LOW_STOCK|DC-1|10002|6.100')), 'it stands in partition 5, its episode in 6'],
    ['about no episode', JSON.stringify(acknowledge('c', 'nonsense')), 'its episode in none'],
    ['about an unknown episode', JSON.stringify(acknowledge('c', 'LOW_STOCK|DC-1|none|5.1')), 'there is no such episode'],
  ])('%s is told of and stops nothing', async (_title, text, why) => {
    const { world, commands } = await openAlert();
    world.commandRaw(text);
    world.command(comment('c-2'));
    expect(await commands.take(PARTITION, world.commands)).toEqual({ kind: 'done', nextOffset: 2 });
    expect(world.ignored).toEqual([expect.stringContaining(why)]);
    expect(stored(world)).toMatchObject({ comments: [{ id: 'c-2' }] });
  });

  it('without a value is told of and stops nothing', async () => {
    const { world, commands } = await openAlert();
    expect(await commands.take(PARTITION, [{ partition: PARTITION, offset: 0, appendedAt: NOW, key: null, value: null }])).toEqual({
      kind: 'done',
      nextOffset: 1,
    });
    expect(world.ignored).toEqual(['it has no value']);
  });

  it('that another owner has taken is refused', async () => {
    const { world, commands } = await openAlert();
    world.command(comment('c-1'));
    const other = new CommandWork(world.ports());
    await other.start(PARTITION);
    await other.take(PARTITION, world.commands);
    expect(await commands.take(PARTITION, world.commands)).toEqual({ kind: 'refused' });
    expect(await commands.look(PARTITION)).toBe('differs');
    expect(stored(world)).toMatchObject({ comments: [{ id: 'c-1' }] });
  });

  it('to snooze is ended by the owner of the changes', async () => {
    const { world, changes, commands } = await openAlert();
    world.command({ v: 1, id: 'c-1', alertId: ID, by: 'user:ann', at: NOW, kind: 'snooze', until: NOW + 60_000 });
    await commands.take(PARTITION, world.commands);
    expect(stored(world)).toMatchObject({ status: 'SNOOZED' });
    await changes.start(PARTITION);
    world.now += 60_000;
    expect(await changes.tick(PARTITION)).toBe('done');
    expect(stored(world)).toMatchObject({ status: 'OPEN', version: 3 });
    expect(world.received().get(ID)).toMatchObject({ status: 'OPEN' });
  });
});

describe('owners of changes, of commands and of the clock, two of each, writes that fail before or after they took effect', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ sku: fc.constant('10002'), sellable: fc.integer({ min: -2, max: 10 }) }),
      fc.record({ sku: fc.constant('b'), sellable: fc.integer({ min: -2, max: 14 }) }),
    ),
    { minLength: 1, maxLength: 10 },
  );
  const faultList = fc.array(fc.constantFrom<Fault>('none', 'none', 'before', 'after'), { maxLength: 12 });

  it('end with every command obeyed once, and every receiver with what is stored', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), faultList, fc.scheduler(), async (history, commandCount, faults, scheduler) => {
        const world = new AlertingWorld(aHistory([LOW, ...history]));
        for (let index = 0; index < world.committed.length; index++) world.append(index, 1);
        for (let index = 0; index < commandCount; index++) world.command(comment(`c-${index}`));
        await runToEnd(new AlertingWork(world.ports()), world.changes.slice(0, 1), 1);
        const ports = (): AlertingPorts => ({ ...brokenPorts(world, scheduler, faults), latenessMs: 5 * 60_000 });
        const owners = [
          ...[1, 3].map((size) => runToEnd(new AlertingWork(ports()), world.changes, size)),
          ...[1, 2].map((size) => runToEnd(new CommandWork(ports()), world.commands, size)),
        ];
        await scheduler.waitFor(Promise.all(owners));
        const episodes = new Map([...world.store.episodes].map(([id, { partition: _partition, ...alert }]) => [id, alert]));
        expect(world.received()).toEqual(episodes);
        expect(new Set(episodes.get(ID)?.comments.map(({ id }) => id))).toEqual(new Set(world.commands.map((_record, index) => `c-${index}`)));
        expect(episodes.get(ID)?.comments).toHaveLength(commandCount);
        expect(await world.store.readNextDue(PARTITION)).toBeNull();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

type Fault = 'none' | 'before' | 'after';
class Injected extends Error {}

/** Ports whose store waits for the scheduler, and whose writes fail before or after they took effect as `faults` says. */
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
  const { store } = ports;
  return {
    ...ports,
    store: {
      startFence: later((partition) => store.startFence(partition)),
      readFence: later((partition) => store.readFence(partition)),
      readEpisodes: later((asked) => store.readEpisodes(asked)),
      readTimers: later((asked) => store.readTimers(asked)),
      readDue: later((partition, now) => store.readDue(partition, now)),
      readNextDue: (partition) => store.readNextDue(partition),
      commit: failing((commit) => store.commit(commit)),
      readOutcomes: later((range) => store.readOutcomes(range)),
      readNumberBefore: later((partition, offset) => store.readNumberBefore(partition, offset)),
      advancePublished: failing((partition, to) => store.advancePublished(partition, to)),
    },
    publish: failing((partition, values) => ports.publish(partition, values)),
  };
}

/** Takes and ticks until all is done, beginning anew whenever the loop of libs/kafka would. */
async function runToEnd(work: AlertingWork | CommandWork, records: AlertingWorld['changes'], size: number): Promise<void> {
  const tick = async (): Promise<void> => {
    if (work instanceof AlertingWork && (await work.tick(PARTITION)) === 'refused') throw new Injected();
  };
  for (;;) {
    try {
      let next = await work.start(PARTITION);
      while (next < records.length) {
        const result = await work.take(PARTITION, records.slice(next, next + size));
        if (result.kind === 'refused') throw new Injected();
        next = result.nextOffset;
        await tick();
      }
      await tick();
      if ((await work.look(PARTITION)) === 'same') return;
    } catch (cause) {
      if (!(cause instanceof Injected)) throw cause;
    }
  }
}
