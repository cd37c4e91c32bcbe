import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  giveUpOnTargets,
  insertNotifications,
  openDatabase,
  settleNotification,
  takeDueNotifications,
  type Database,
  type DueNotification,
} from '@quayside/store';
import { Ground } from '../harness/ground.js';

describe('notifications that wait', () => {
  let ground: Ground;
  let database: Database;

  beforeAll(async () => {
    ground = await Ground.make('notifications');
    database = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await ground?.close();
  }, 60_000);
  beforeEach(async () => {
    await ground.postgres.query('TRUNCATE notification');
    const client = await database.pool.connect();
    await insertNotifications(client, 5, [
      { id: 'msg_1', alertId: 'a', target: 'ops', payload: '{"n":1}', createdAt: 10 },
      { id: 'msg_2', alertId: 'b', target: 'ops', payload: '{"n":2}', createdAt: 20 },
      { id: 'msg_3', alertId: 'a', target: 'other', payload: '{"n":3}', createdAt: 10 },
    ]);
    client.release();
  });

  const take = (now: number, limit = 8): Promise<DueNotification[]> => takeDueNotifications(database.pool, { target: 'ops', now, leaseUntil: now + 30, limit });
  const rows = async (): Promise<string[]> =>
    (
      await ground.postgres.query<{ id: string; state: string; attempts: number; next_at: string; last_error: string | null }>(
        'SELECT id, state, attempts, next_at, last_error FROM notification ORDER BY id',
      )
    ).rows.map(({ id, state, attempts, next_at, last_error }) => [id, state, attempts, next_at, last_error ?? '-'].join(' '));

  it('are taken when they are due, oldest first, by target, by one process at a time', async () => {
    expect(await take(9)).toEqual([]);
    expect(await take(25, 1)).toEqual([{ partition: 5, id: 'msg_1', target: 'ops', payload: '{"n":1}', attempts: 1 }]);
    const both = await Promise.all([take(25), take(25)]);
    expect(both.flat().map(({ id }) => id)).toEqual(['msg_2']);
  });

  it('are taken again after their time when the process that took them died', async () => {
    await take(25);
    expect(await take(54)).toEqual([]);
    expect((await take(55)).map(({ id, attempts }) => `${id} ${attempts}`).sort()).toEqual(['msg_1 2', 'msg_2 2']);
  });

  it('are sent once for all, tried again at their time, or given up', async () => {
    const [first, second] = await take(25);
    if (first === undefined || second === undefined) throw new Error('Two are due');
    await settleNotification(database.pool, first, { kind: 'sent', at: 26 });
    await settleNotification(database.pool, first, { kind: 'failed', error: 'another process was slower', nextAt: 30 });
    await settleNotification(database.pool, second, { kind: 'failed', error: 'it answered 500', nextAt: 40 });
    expect(await rows()).toEqual(['msg_1 SENT 1 55 -', 'msg_2 WAITING 1 40 it answered 500', 'msg_3 WAITING 0 10 -']);
    const [again] = await take(40);
    if (again === undefined) throw new Error('One is due again');
    await settleNotification(database.pool, again, { kind: 'failed', error: 'it answered 410', nextAt: null });
    expect(await rows()).toEqual(['msg_1 SENT 1 55 -', 'msg_2 FAILED 2 70 it answered 410', 'msg_3 WAITING 0 10 -']);
  });

  it('for a target that is configured no more are given up after a while', async () => {
    expect(await giveUpOnTargets(database.pool, { known: ['ops'], dueBefore: 10 })).toBe(0);
    expect(await giveUpOnTargets(database.pool, { known: ['ops'], dueBefore: 11 })).toBe(1);
    expect(await rows()).toContain('msg_3 FAILED 0 10 Its target is not configured any more');
  });
});
