import { describe, expect, it } from '@jest/globals';
import type { ChangeNumber } from '@quayside/contracts';
import type { LedgerEntry } from '@quayside/store';
import fc from 'fast-check';
import { Channel, type Place, type Reader } from '../live/channel.js';
import { HeldTimers } from '../live/heldTimers.js';
import { ledgerFeed, type ReadLedgerOn } from './ledgerFeed.js';
import { encodeStreamCursor, type StreamCursor } from './streamCursor.js';

const EPOCH = 'aaaa1111';
const OPTIONS = { snapshot: false, coalesceMs: 25, heartbeatMs: 10_000 };

interface Message {
  readonly kind: string;
  readonly cursor: string;
  readonly complete: boolean;
  readonly entries: readonly LedgerEntry[];
}

const anEntry = (partition: number, offset: number, line: number): LedgerEntry => ({
  ...{ partition, offset, line, location: `L${partition}`, sku: 'A', lot: null, bucket: 'sellable', kind: 'RECEIVED', delta: 1, onHandAfter: 1 },
  ...{ availableAfter: 1, source: 's', eventId: `${partition}.${offset}`, reason: null, document: null, occurredAt: 0, receivedAt: 0, recordedAt: 0 },
  ...{ late: false, orderNumber: null, orderLine: null, by: null },
});

/** A store with a ledger, and how far its changes have come: rows are there before their event's changes are. */
class World {
  readonly timers = new HeldTimers();
  readonly rows: LedgerEntry[] = [];
  readonly heads = new Map<number, ChangeNumber>();
  private readonly listeners = new Set<() => void>();
  epoch = EPOCH;
  reads = 0;
  renders = 0;

  private readonly readOn: ReadLedgerOn = async ({ stretch: { partition, from, to }, rowsMin }) => {
    this.reads++;
    const found = this.rows.filter((row) => row.partition === partition && row.offset > from && row.offset <= to);
    const upTo = found[rowsMin - 1]?.offset ?? to;
    return { entries: found.filter(({ offset }) => offset <= upTo), upTo };
  };
  readonly feed = (() => {
    const head = (): StreamCursor => ({ epoch: this.epoch, numbers: new Map(this.heads) });
    const onChange = (listen: () => void) => {
      this.listeners.add(listen);
      return () => this.listeners.delete(listen);
    };
    const epochOf = (): string => this.epoch;
    return ledgerFeed(
      {
        get epoch() {
          return epochOf();
        },
        head,
        showHead: () => encodeStreamCursor(head()),
        onChange,
      },
      this.readOn,
    );
  })();

  apply(partition: number, lineCount: number): void {
    const offset = (this.heads.get(partition)?.[0] ?? -1) + 1;
    for (let line = 0; line < lineCount; line++) this.rows.push(anEntry(partition, offset, line));
    this.heads.set(partition, [offset, lineCount]);
    for (const listen of this.listeners) listen();
  }

  channel(batchSize: number): Channel {
    const channel = new Channel({
      feed: this.feed,
      view: this.feed.open({ batchSize }, { kind: 'all' }),
      options: this.feed.options ?? OPTIONS,
      timers: this.timers,
      render: async (batch) => {
        this.renders++;
        return Buffer.from(JSON.stringify(batch));
      },
      onFault: (cause) => {
        throw cause;
      },
      onEmpty: () => {},
    });
    this.feed.onChange(() => channel.poke());
    return channel;
  }
}

class Tape implements Reader {
  readonly messages: Message[] = [];
  paused = false;

  isReady(): boolean {
    return !this.paused;
  }

  send(payload: Buffer): void {
    this.messages.push(JSON.parse(payload.toString()));
  }

  fail(cause: unknown): void {
    throw cause;
  }

  rows(): string[] {
    return this.messages.flatMap(({ entries }) => entries.map(({ partition, offset, line }) => `${partition}.${offset}.${line}`));
  }

  place(otherwise: Place): Place {
    const last = this.messages[this.messages.length - 1];
    return last === undefined ? otherwise : { kind: 'following', cursor: last.cursor };
  }
}

const sorted = (rows: readonly string[]): string[] => [...rows].sort();
const showRow = ({ partition, offset, line }: LedgerEntry): string => `${partition}.${offset}.${line}`;

describe('a stream of the ledger', () => {
  it('begins with what comes next', async () => {
    const world = new World();
    world.apply(0, 2);
    const tape = new Tape();
    world.channel(10).join(tape, { kind: 'following', cursor: world.feed.head() });
    await world.timers.pass(50);
    world.apply(0, 1);
    await world.timers.pass(50);
    expect(tape.messages.map(({ kind, complete }) => [kind, complete])).toEqual([['DELTA', true]]);
    expect(tape.rows()).toEqual(['0.1.0']);
  });

  it('never cuts an event, so that a batch may have more rows than were asked for', async () => {
    const world = new World();
    const from: Place = { kind: 'following', cursor: world.feed.head() };
    for (const lines of [3, 1, 5]) world.apply(0, lines);
    const tape = new Tape();
    world.channel(2).join(tape, from);
    await world.timers.pass(200);
    expect(tape.messages.map(({ entries }) => entries.length)).toEqual([3, 6]);
  });

  it('does not read for a reader that is not ready, and loses nothing for it', async () => {
    const world = new World();
    const tape = new Tape();
    world.channel(1).join(tape, { kind: 'following', cursor: world.feed.head() });
    await world.timers.pass(50);
    tape.paused = true;
    for (let event = 0; event < 30; event++) world.apply(event % 3, 1);
    const reads = world.reads;
    await world.timers.pass(5_000);
    expect([world.reads - reads, tape.messages.length]).toEqual([0, 0]);
    tape.paused = false;
    await world.timers.pass(2_000);
    expect(sorted(tape.rows())).toEqual(sorted(world.rows.map(showRow)));
    expect(tape.messages.every(({ entries }) => entries.length === 1)).toBe(true);
  });

  it('sends what is behind at once, whatever the window', async () => {
    const world = new World();
    const from: Place = { kind: 'following', cursor: world.feed.head() };
    for (let event = 0; event < 40; event++) world.apply(0, 1);
    const tape = new Tape();
    world.channel(1).join(tape, from);
    await world.timers.pass(40 * OPTIONS.coalesceMs);
    expect(tape.rows()).toHaveLength(40);
  });

  it('lets no busy partition hold the others up', async () => {
    const world = new World();
    const tape = new Tape();
    world.channel(1).join(tape, { kind: 'following', cursor: world.feed.head() });
    for (let event = 0; event < 500; event++) world.apply(0, 1);
    world.apply(7, 1);
    await world.timers.pass(30 * OPTIONS.coalesceMs);
    expect(tape.rows()).toContain('7.0.0');
  });

  it('tells a reader of another store so once, and goes on from now', async () => {
    const world = new World();
    world.apply(0, 3);
    const tape = new Tape();
    world.channel(10).join(tape, { kind: 'lost' });
    await world.timers.pass(50);
    world.apply(0, 1);
    await world.timers.pass(50);
    expect(tape.messages.map(({ kind, complete }) => [kind, complete])).toEqual([
      ['RESET', true],
      ['DELTA', true],
    ]);
    expect(tape.rows()).toEqual(['0.1.0']);
    expect(tape.messages.every(({ cursor }) => world.feed.isRetained(cursor))).toBe(true);
  });

  it('gives cursors from which a state stream loses nothing: at the head its number, else the begin of the event', async () => {
    const world = new World();
    const from = { epoch: EPOCH, numbers: new Map<number, ChangeNumber>() };
    for (const lines of [3, 3]) world.apply(0, lines);
    const view = world.feed.open({ batchSize: 1 }, { kind: 'all' });
    const first = await view.since(encodeStreamCursor(from));
    expect(first).toMatchObject({ cursor: encodeStreamCursor({ epoch: EPOCH, numbers: new Map([[0, [0, 0]]]) }), hasMore: true });
    expect(await view.since(first.cursor)).toMatchObject({ cursor: world.feed.head(), hasMore: false });
  });

  it('refuses batches of none, and of more than a message should hold', () => {
    const { feed } = new World();
    for (const batchSize of [0, -1, 251]) expect(() => feed.open({ batchSize }, { kind: 'all' })).toThrow('1 to 250');
  });

  it('sends every row once and those of a partition in order, whoever pauses, is cut and resumes (property)', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('apply' as const), partition: fc.nat({ max: 3 }), lines: fc.integer({ min: 1, max: 9 }) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 120 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'go' as const, 'cut' as const), who: fc.nat({ max: 1 }) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), fc.integer({ min: 1, max: 6 }), async (steps, batchSize) => {
        const world = new World();
        const start: Place = { kind: 'following', cursor: world.feed.head() };
        const channel = world.channel(batchSize);
        const tapes = [new Tape(), new Tape()];
        for (const tape of tapes) channel.join(tape, start);
        for (const taken of steps) {
          if (taken.do === 'apply') world.apply(taken.partition, taken.lines);
          else if (taken.do === 'pass') await world.timers.pass(taken.ms);
          else {
            const tape = tapes[taken.who];
            if (tape === undefined) continue;
            tape.paused = taken.do === 'pause';
            if (taken.do !== 'cut') continue;
            channel.leave(tape);
            channel.join(tape, tape.place(start));
          }
        }
        for (const tape of tapes) tape.paused = false;
        await world.timers.pass(10_000);
        for (const tape of tapes) {
          expect(sorted(tape.rows())).toEqual(sorted(world.rows.map(showRow)));
          for (const partition of [0, 1, 2, 3]) {
            const own = (row: string): boolean => row.startsWith(`${partition}.`);
            expect(tape.rows().filter(own)).toEqual(world.rows.map(showRow).filter(own));
          }
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
