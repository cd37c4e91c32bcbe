import { describe, expect, it } from '@jest/globals';
import { COMMAND_SOURCE, decodeEventRecord, partitionOf, readEnvelope, type Change, type DecisionChange } from '@quayside/contracts';
import type { CommandState } from '@quayside/store';
import { aLevel } from '../feeds/aLevel.js';
import { aDecision } from './aDecision.js';
import { CommandLog } from './commandLog.js';
import type { Command } from './commandRecord.js';
import { OutcomeWaits } from './outcomeWaits.js';

const command: Command = {
  name: 'stock.adjusted',
  at: { location: 'DC-1' },
  data: { location: 'DC-1', reason: 'found', actor: 'olga', lines: [{ sku: 'A', delta: 3 }] },
};
const other: Command = { ...command, data: { ...command.data, lines: [{ sku: 'A', delta: 4 }] } };
const given = { actor: 'olga', idempotencyKey: 'k-1' };

/** A log with an inventory behind it, which decides each record once, or is away. */
class World {
  readonly states: CommandState[] = [];
  readonly appended: { partition: number; key?: string; value: string }[] = [];
  readonly waits = new OutcomeWaits<DecisionChange>();
  changes: readonly Change[] | null = [{ kind: 'level', level: aLevel(), cause: aDecision().cause }, aDecision()];
  setAside: CommandState['setAside'] = null;
  isAway = false;
  fault: Error | null = null;
  /** Of the changes topic: without it the decision is in Postgres alone. */
  tells = true;

  make(): CommandLog {
    return new CommandLog({
      publisher: { publish: (_role, records) => this.append(records) },
      waits: this.waits,
      readStates: async ({ id }) => this.states.filter((state) => state.id === id),
      showHead: () => 'head',
      showAfter: (partition, at) => `${partition}:${at.join('.')}`,
      now: () => 1_795_000_000_000,
      outcomeMsMax: 20,
    });
  }

  private async append(records: readonly { partition: number; key?: string; value: string }[]): Promise<void> {
    if (this.fault !== null) throw this.fault;
    this.appended.push(...records);
    if (this.isAway) return;
    for (const { partition, value } of records) {
      const { event, hash } = readEnvelope(Buffer.from(value));
      if (this.states.some((state) => state.partition === partition && state.id === event.id)) continue;
      this.states.push({ partition, id: event.id, hash, offset: 7, changes: this.setAside === null ? this.changes : null, setAside: this.setAside });
      if (this.tells) this.waits.see(event.id, aDecision());
    }
  }
}

describe('a command', () => {
  it('is one record at the partition of its location, without a time of its own', async () => {
    const world = new World();
    await world.make().run(command, given);
    const [record] = world.appended;
    expect(world.appended).toHaveLength(1);
    expect(record).toMatchObject({ partition: partitionOf('DC-1'), key: 'DC-1' });
    const { event, envelope } = decodeEventRecord(Buffer.from(record?.value ?? ''));
    expect(event).toMatchObject({
      name: 'stock.adjusted',
      source: COMMAND_SOURCE,
      location: 'DC-1',
      reason: 'found',
      actor: 'olga',
      occurredAt: 1_795_000_000_000,
    });
    expect([envelope.event.time, envelope.sender]).toEqual([undefined, 'user:olga']);
  });

  it('carries the time that its caller gave', async () => {
    const world = new World();
    await world.make().run({ ...command, occurredAt: 1_794_000_000_000 }, given);
    const { envelope } = decodeEventRecord(Buffer.from(world.appended[0]?.value ?? ''));
    expect([envelope.event.time, envelope.occurredAt]).toEqual(['2026-11-06T21:20:00.000Z', 1_794_000_000_000]);
  });

  it('is answered with what it came to, and a cursor that a stream has when it shows it', async () => {
    const world = new World();
    const partition = partitionOf('DC-1');
    expect(await world.make().run(command, given)).toEqual({
      kind: 'decided',
      place: { partition, offset: 7 },
      changes: world.changes,
      decision: aDecision(),
      streamCursor: `${partition}:7.1`,
    });
  });

  it('given again, is answered the same and appended once', async () => {
    const world = new World();
    const first = await world.make().run(command, given);
    expect(await world.make().run(command, given)).toEqual(first);
    expect(world.appended).toHaveLength(1);
  });

  it('given twice at once, is appended once', async () => {
    const world = new World();
    const log = world.make();
    const [first, second] = await Promise.all([log.run(command, given), log.run(command, given)]);
    expect(first).toEqual(second);
    expect(world.appended).toHaveLength(1);
  });

  it.each([
    ['other content', other],
    ['another location', { ...command, at: { location: 'DC-2' }, data: { ...command.data, location: 'DC-2' } }],
    ['another kind', { ...command, name: 'stock.counted' as const }],
  ])('is a mismatch where its key stands for %s, before or at once', async (_name, second) => {
    const world = new World();
    const log = world.make();
    expect((await Promise.all([log.run(command, given), log.run(second, given)])).map(({ kind }) => kind)).toEqual(['decided', 'mismatch']);
    expect(await log.run(second, given)).toEqual({ kind: 'mismatch' });
    expect(world.appended).toHaveLength(1);
  });

  it('is a mismatch where another process was faster with other content under its key', async () => {
    const world = new World();
    const slow = world.make();
    const fast = new World();
    await fast.make().run(other, given);
    world.isAway = true; // its own record becomes a conflict, and never a state
    const waiting = slow.run(command, given);
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.states.push(...fast.states);
    expect(await waiting).toEqual({ kind: 'mismatch' });
  });

  it('of another user is another command', async () => {
    const world = new World();
    await world.make().run(command, given);
    expect((await world.make().run(other, { ...given, actor: 'otto' })).kind).toBe('decided');
    expect(world.appended).toHaveLength(2);
  });

  it('is undecided, not wrong, when no outcome comes in time: from its cursor on nothing is missed', async () => {
    const world = new World();
    world.isAway = true;
    expect(await world.make().run(command, given)).toEqual({ kind: 'undecided', streamCursor: 'head' });
  });

  it('is found in Postgres where the stream has not told of it', async () => {
    const world = new World();
    world.tells = false;
    expect((await world.make().run(command, given)).kind).toBe('decided');
  });

  it('that was set aside says why', async () => {
    const world = new World();
    world.setAside = { reason: 'OVERFLOW', detail: 'too much' };
    expect(await world.make().run(command, given)).toEqual({ kind: 'setAside', reason: 'OVERFLOW', detail: 'too much' });
  });

  it('is refused as UNAVAILABLE when the log does not take it, and nobody waits on', async () => {
    const world = new World();
    world.fault = Object.assign(new Error('no broker'), { code: 'LOG_UNAVAILABLE' });
    const log = world.make();
    await expect(log.run(command, given)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE', retryable: true } });
    world.fault = null;
    expect((await log.run(command, given)).kind).toBe('decided');
  });

  it('whose outcome ends with no decision is a fault of ours', async () => {
    const world = new World();
    world.changes = [];
    await expect(world.make().run(command, given)).rejects.toThrow('does not end with a decision');
  });
});

describe('waiting for an outcome', () => {
  it('takes only the news that it accepts, and ends in time', async () => {
    const waits = new OutcomeWaits<number>();
    const { outcome } = waits.await('a', { timeoutMs: 1_000, accepts: (version) => version > 1 });
    waits.see('b', 5);
    waits.see('a', 1);
    waits.see('a', 2);
    expect(await outcome).toBe(2);
    await expect(waits.await('a', { timeoutMs: 5 }).outcome).resolves.toBeNull();
    waits.see('a', 3); // too late: nobody minds
  });

  it('is of several at once, each for itself', async () => {
    const waits = new OutcomeWaits<number>();
    const [one, two] = [waits.await('a', { timeoutMs: 1_000 }), waits.await('a', { timeoutMs: 1_000, accepts: (version) => version === 2 })];
    waits.see('a', 1);
    two.giveUp();
    expect(await Promise.all([one.outcome, two.outcome])).toEqual([1, null]);
  });

  it('is refused when too many wait', async () => {
    const waits = new OutcomeWaits<number>();
    const all = Array.from({ length: 1_000 }, (_, index) => waits.await(String(index), { timeoutMs: 10_000 }));
    expect(() => waits.await('one more', { timeoutMs: 1 })).toThrow('Too many');
    for (const { giveUp } of all) giveUp();
    expect(await Promise.all(all.map(({ outcome }) => outcome))).toEqual(Array(1_000).fill(null));
    waits.await('one more', { timeoutMs: 1 });
  });
});
