import { describe, expect, it } from '@jest/globals';
import { BACKLOG_MS } from '@quayside/contracts';
import type { AlertStore } from './alertingPorts.js';
import { PARTITION, NOW, AlertingWorld, aHistory } from './alertingWorld.js';
import { AlertingWork, BACKLOG_LOOK_MS } from './alertingWork.js';

const LATENESS_MS = 15 * 60_000;
const NEGATIVE = 'NEGATIVE_ON_HAND|DC-1|10002';
const MINUTE_MS = 60_000;

/** A world whose only level has been negative since a minute ago, taken by an owner. */
async function negative(): Promise<{ world: AlertingWorld; work: AlertingWork; next: () => AlertingWork }> {
  const world = new AlertingWorld(aHistory([{ sku: '10002', sellable: -2 }]));
  world.now = NOW - 3_600_000 + MINUTE_MS;
  world.append(0, 1);
  const next = (): AlertingWork => new AlertingWork(world.ports({ latenessMs: LATENESS_MS, targets: [{ name: 'ops', kinds: ['NEGATIVE_ON_HAND'] }] }));
  const work = next();
  await work.start(PARTITION);
  await work.take(PARTITION, world.changes);
  return { world, work, next };
}
const episodeOf = (world: AlertingWorld): unknown[] => [...world.store.episodes.values()].filter(({ fingerprint }) => fingerprint === NEGATIVE);
const tellings = (world: AlertingWorld): unknown[] => [...world.received().values()].filter(({ fingerprint }) => fingerprint === NEGATIVE);

/** The same store, but for some of its doors. */
const overlay = (store: AlertStore, doors: Partial<AlertStore>): AlertStore => Object.assign(Object.create(store) as AlertStore, doors);

describe('a timer', () => {
  it('fires when it is due, not before, once', async () => {
    const { world, work } = await negative();
    expect(await work.tick(PARTITION)).toBe('done');
    expect(episodeOf(world)).toEqual([]);
    world.now += LATENESS_MS;
    for (let ticks = 0; ticks < 3; ticks++) expect(await work.tick(PARTITION)).toBe('done');
    expect(episodeOf(world)).toEqual([expect.objectContaining({ status: 'OPEN', version: 1, openedAt: NOW - 3_600_000 + LATENESS_MS })]);
    expect(tellings(world)).toEqual([expect.objectContaining({ status: 'OPEN' })]);
    expect([...world.store.notifications.values()]).toEqual([expect.objectContaining({ target: 'ops', alertId: `${NEGATIVE}|5.100` })]);
  });

  it('is still there for the next owner, whatever became of the one before', async () => {
    const { world, next } = await negative();
    world.now += LATENESS_MS;
    const heir = next();
    await heir.start(PARTITION);
    expect(await heir.tick(PARTITION)).toBe('done');
    expect(episodeOf(world)).toHaveLength(1);
  });

  it('is fired by one of two owners that both believe in it: the other is refused', async () => {
    const { world, next } = await negative();
    world.now += LATENESS_MS;
    const other = next();
    await other.start(PARTITION);
    const { store } = world.ports();
    const overtaken = overlay(store, {
      commit: async (commit) => {
        expect(await other.tick(PARTITION)).toBe('done');
        return store.commit(commit);
      },
    });
    const slow = new AlertingWork(world.ports({ store: overtaken, latenessMs: LATENESS_MS }));
    await slow.start(PARTITION);
    expect(await slow.tick(PARTITION)).toBe('refused');
    expect(episodeOf(world)).toEqual([expect.objectContaining({ version: 1 })]);
  });

  it('is not asked for in the store while none is due', async () => {
    const { world } = await negative();
    let asked = 0;
    const { store } = world.ports();
    const counting = overlay(store, {
      readDue: (partition, now) => {
        asked++;
        return store.readDue(partition, now);
      },
    });
    const work = new AlertingWork(world.ports({ store: counting, latenessMs: LATENESS_MS }));
    await work.start(PARTITION);
    for (let ticks = 0; ticks < 5; ticks++) await work.tick(PARTITION);
    expect(asked).toBe(0);
    world.now += LATENESS_MS;
    for (let ticks = 0; ticks < 5; ticks++) await work.tick(PARTITION);
    expect(asked).toBe(1);
  });
});

describe('the quarantine of a partition', () => {
  it('is looked at every 30 s, and its backlog opens and closes one episode', async () => {
    const world = new AlertingWorld([]);
    const work = new AlertingWork(world.ports());
    await work.start(PARTITION);
    world.quarantine.push({ offset: 12, recordedAt: NOW });
    const lookAfter = async (ms: number): Promise<string[]> => {
      world.now += ms;
      await work.tick(PARTITION);
      return [...world.received().values()].map(({ id, status, version }) => `${id} ${status} ${version}`);
    };
    expect(await lookAfter(0)).toEqual([]);
    expect(await lookAfter(BACKLOG_MS)).toEqual(['QUARANTINE_BACKLOG|5|5.12 OPEN 1']);
    world.quarantine.length = 0;
    expect(await lookAfter(BACKLOG_LOOK_MS - 1)).toEqual(['QUARANTINE_BACKLOG|5|5.12 OPEN 1']);
    expect(await lookAfter(1)).toEqual(['QUARANTINE_BACKLOG|5|5.12 RESOLVED 2']);
  });
});

describe('promises at risk', () => {
  it('are read in one query for all oversold levels of a step, and stand in the episode', async () => {
    const levels = [
      { sku: 'a', sellable: 1, reserved: 3 },
      { sku: 'b', sellable: -1, reserved: 3 },
      { sku: 'c', sellable: 5, reserved: 3 },
      { sku: 'd', sellable: -1, reserved: 0 },
    ];
    const world = new AlertingWorld(aHistory(levels));
    world.atRisk = [{ order: 'SO-1', reservation: null, line: 1, quantity: 3, promisedShipBy: null }];
    world.append(0, 4);
    const asked: string[][] = [];
    const { inventory } = world.ports();
    const work = new AlertingWork(
      world.ports({
        inventory: {
          ...inventory,
          atRisk: (given) => {
            asked.push(given.levels.map(({ sku }) => sku));
            return inventory.atRisk(given);
          },
        },
      }),
    );
    await work.start(PARTITION);
    await work.take(PARTITION, world.changes);
    expect(asked).toEqual([['a', 'b']]);
    const atRiskOf = (asking: string): unknown => [...world.store.episodes.values()].find(({ kind, sku }) => kind === 'OVERSOLD' && sku === asking)?.atRisk;
    expect([atRiskOf('a'), atRiskOf('d')]).toEqual([world.atRisk, []]);
  });
});

describe('telling a webhook', () => {
  it('happens once an episode and target, of the kinds that it wants, and not of what is held down', async () => {
    const world = new AlertingWorld(aHistory([-1, 50, 5, 50, 3].map((sellable) => ({ sku: '10002', sellable }))));
    world.append(0, 5);
    const targets = [
      { name: 'all', kinds: null },
      { name: 'low', kinds: ['LOW_STOCK' as const] },
    ];
    const work = new AlertingWork(world.ports({ targets }));
    await work.start(PARTITION);
    await work.take(PARTITION, world.changes);
    const told = [...world.store.notifications.values()].map(({ target, alertId }) => `${target} ${alertId}`);
    expect(told.sort()).toEqual(['all LOW_STOCK|DC-1|10002|5.100', `all ${NEGATIVE}|5.100`, 'low LOW_STOCK|DC-1|10002|5.100'].sort());
  });
});
