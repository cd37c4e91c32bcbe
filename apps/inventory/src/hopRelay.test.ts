import { describe, expect, it } from '@jest/globals';
import type { Hop } from '@quayside/contracts';
import type { OutcomeRange } from '@quayside/store';
import { HopRelay, type HopPorts } from './hopRelay.js';

const hop = (id: string): Hop => ({
  location: 'DC-2',
  envelope: {
    v: 1,
    occurredAt: 0,
    receivedAt: 0,
    hash: id,
    sender: 'quayside',
    event: { specversion: '1.0', id, source: 'quayside:hop', type: 'quayside.hop.stockIn.v1', data: {} },
  },
});

/** Outcomes by offset, a log that may be away, and the stored position. */
class World {
  readonly owed = new Map<number, Hop>();
  readonly sent: string[] = [];
  stored = 0;
  failures = 0;
  faults = 0;
  readonly ports: HopPorts = {
    store: {
      readHops: async ({ from, to }: OutcomeRange) => ({
        hops: [...this.owed].flatMap(([offset, each]) => (offset >= from && offset < to ? [each] : [])),
        upTo: to,
      }),
      advanceHops: async (_partition, to) => void (this.stored = to),
    },
    log: {
      publish: async (_role, records) => {
        if (this.failures-- > 0) throw new Error('the broker is away');
        for (const { value } of records) this.sent.push((JSON.parse(value) as { event: { id: string } }).event.id);
      },
    },
    sleep: async () => {},
    onFault: () => void this.faults++,
  };
  async settled(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  }
}

describe('the relay of hops', () => {
  it('sends what is owed from the stored position on, in order, and moves the position', async () => {
    const world = new World();
    world.owed.set(1, hop('old')).set(3, hop('a')).set(5, hop('b'));
    const relay = new HopRelay(0, 2, world.ports);
    relay.reach(6, true);
    await world.settled();
    expect([world.sent, world.stored, relay.sentTo]).toEqual([['a', 'b'], 6, 6]);
  });

  it('asks nobody while nothing is owed', async () => {
    const world = new World();
    const relay = new HopRelay(0, 2, world.ports);
    relay.reach(9, false);
    await world.settled();
    expect([relay.sentTo, world.stored]).toEqual([9, 0]);
  });

  it('goes on trying while the log is away, and sends what came meanwhile too', async () => {
    const world = new World();
    world.failures = 3;
    world.owed.set(0, hop('a')).set(4, hop('b'));
    const relay = new HopRelay(0, 0, world.ports);
    relay.reach(1, true);
    relay.reach(5, true);
    await world.settled();
    expect([world.sent, world.faults]).toEqual([['a', 'b'], 3]);
  });

  it('stops with its owner', async () => {
    const world = new World();
    world.failures = Infinity;
    world.owed.set(0, hop('a'));
    const relay = new HopRelay(0, 0, world.ports);
    relay.reach(1, true);
    await world.settled();
    relay.stop();
    await world.settled();
    const { faults } = world;
    await world.settled();
    expect([world.sent, world.faults - faults]).toEqual([[], 0]);
  });
});
