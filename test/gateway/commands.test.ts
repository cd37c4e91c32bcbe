import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codesOf, GatewayDesk } from './gatewayDesk.js';
import { scopedToken } from './scopedToken.js';

const DC1 = { code: 'DC-1' };
const ENTRY = 'kind delta bucket lot onHandAfter';
interface Entry {
  readonly kind: string;
  readonly delta: number;
  readonly bucket: string;
  readonly onHandAfter: number;
}
interface Promised {
  readonly id: string;
  readonly line: number;
  readonly status: string;
  readonly requested: number;
  readonly active: number;
  readonly released: number;
  readonly shortBy: number | null;
}
interface Adjusted {
  readonly entries: Entry[] | null;
  readonly levels: { onHand: number; version: number }[] | null;
  readonly streamCursor: string | null;
}

describe('commands in GraphQL', () => {
  let desk: GatewayDesk;

  beforeAll(async () => {
    desk = await GatewayDesk.open('gwcommands');
  }, 120_000);
  afterAll(async () => {
    await desk?.close();
  }, 60_000);

  const receive = (id: string, sku: string, quantity: number, location = 'DC-1') =>
    desk.post({ id, type: 'stock.received', data: { location, lines: [{ sku, quantity }] } });
  const adjust = (idempotencyKey: string, changes: object[], more: object = {}) =>
    desk.give<Adjusted>('adjustStock', {
      input: { idempotencyKey, location: DC1, changes, reason: 'FOUND', ...more },
      shown: `entries { ${ENTRY} } levels { onHand version } streamCursor`,
    });

  describe('adjustStock', () => {
    it('books a fact, tells its rows and levels, and does so once however often it is given', async () => {
      const changes = [
        { item: { sku: 'AD-1' }, onHandDelta: 7 },
        { item: { sku: 'AD-1' }, onHandDelta: 2, bucket: 'DAMAGED', lot: 'L-1' },
      ];
      const first = await adjust('ad-1', changes, { note: 'shelf 3' });
      expect(first).toMatchObject({
        entries: [
          { kind: 'ADJUSTED', delta: 7, bucket: 'SELLABLE', lot: null },
          { kind: 'ADJUSTED', delta: 2, bucket: 'DAMAGED', lot: 'L-1' },
        ],
        levels: [{ onHand: 9 }],
        userErrors: [],
      });
      expect(first.streamCursor).not.toBeNull();
      const [again, atOnce] = await Promise.all([adjust('ad-1', changes, { note: 'shelf 3' }), adjust('ad-1', changes, { note: 'shelf 3' })]);
      expect([again.entries, again.levels, atOnce.entries]).toEqual([first.entries, first.levels, first.entries]);
      expect(await desk.onHand('AD-1')).toBe(9);
    }, 30_000);

    it('given twice at once for the first time is one command', async () => {
      const changes = [{ item: { sku: 'AD-2' }, onHandDelta: 5 }];
      const answers = await Promise.all([adjust('ad-2', changes), adjust('ad-2', changes), adjust('ad-2', changes)]);
      expect(answers.map(({ userErrors }) => userErrors)).toEqual([[], [], []]);
      expect(await desk.onHand('AD-2')).toBe(5);
    }, 30_000);

    it('refuses a key that stands for another input', async () => {
      await adjust('ad-3', [{ item: { sku: 'AD-3' }, onHandDelta: 1 }]);
      const other = await adjust('ad-3', [{ item: { sku: 'AD-3' }, onHandDelta: 2 }]);
      expect([codesOf(other.userErrors), other.entries]).toEqual([['IDEMPOTENCY_MISMATCH input.idempotencyKey'], null]);
      expect(await desk.onHand('AD-3')).toBe(1);
    }, 30_000);

    it('is refused whole when an expectation does not hold, and tells what is true', async () => {
      await receive('ad-4r', 'AD-4', 10);
      const changes = (expectedOnHand: number) => [
        { item: { sku: 'AD-4' }, onHandDelta: -1, expectedOnHand },
        { item: { sku: 'AD-4B' }, onHandDelta: 4, expectedOnHand: 0 },
      ];
      const stale = await adjust('ad-4', changes(9));
      expect(stale).toMatchObject({ entries: null, levels: null, userErrors: [{ code: 'STALE' }] });
      expect(stale.userErrors[0]?.current).toContainEqual({ sku: 'AD-4', onHand: 10 });
      expect((await adjust('ad-4', changes(9))).userErrors).toEqual(stale.userErrors);
      expect([await desk.onHand('AD-4'), (await desk.onHand('AD-4B')) ?? 0]).toEqual([10, 0]);
      expect(await adjust('ad-4-again', changes(10))).toMatchObject({ userErrors: [], entries: [{ delta: -1 }, { delta: 4 }] });
    }, 30_000);
  });

  it('recordCount tells the difference, 0 too, and the shelf stands as counted', async () => {
    await receive('co-1r', 'CO-1', 10);
    const countedAt = new Date().toISOString();
    const count = (idempotencyKey: string, counted: number) =>
      desk.give<{ entry: Entry | null; difference: number | null; level: { onHand: number } | null }>('recordCount', {
        input: { idempotencyKey, item: { sku: 'CO-1' }, location: DC1, counted, countedAt },
        shown: `entry { ${ENTRY} } difference level { onHand }`,
      });
    const first = await count('co-1', 7);
    expect(first).toMatchObject({ entry: { kind: 'COUNT_VARIANCE', delta: -3 }, difference: -3, level: { onHand: 7 }, userErrors: [] });
    expect(await count('co-1', 7)).toEqual(first);
    expect(await count('co-2', 7)).toMatchObject({ entry: { delta: 0 }, difference: 0, level: { onHand: 7 } });
    expect(codesOf((await count('co-1', 8)).userErrors)).toEqual(['IDEMPOTENCY_MISMATCH input.idempotencyKey']);
    expect(codesOf((await count('co-3', -1)).userErrors)).toEqual(['INVALID input.counted']);
  }, 30_000);

  it('voidEvent takes back what an event did, once, and only what can be taken back', async () => {
    await receive('vo-1r', 'VO-1', 10);
    await desk.post({ id: 'vo-1s', type: 'stock.shipped', data: { location: 'DC-1', lines: [{ sku: 'VO-1', quantity: 4 }] } });
    const take = (idempotencyKey: string, event: object) =>
      desk.give<{ event: { eventId: string; status: string } | null; entries: Entry[] | null }>('voidEvent', {
        input: { idempotencyKey, event, reason: 'DID_NOT_OCCUR', note: 'never left' },
        shown: `event { eventId status } entries { ${ENTRY} }`,
      });
    const key = { key: { source: '/test', id: 'vo-1s' } };
    const first = await take('vo-1', key);
    expect(first).toMatchObject({ event: { eventId: 'vo-1s', status: 'VOIDED' }, entries: [{ kind: 'VOID', delta: 4 }], userErrors: [] });
    expect(await take('vo-1', key)).toEqual(first);
    expect(await desk.onHand('VO-1')).toBe(10);
    expect(codesOf((await take('vo-2', key)).userErrors)).toEqual(['ILLEGAL_TRANSITION whole']);
    expect(codesOf((await take('vo-3', { key: { source: '/test', id: 'never' } })).userErrors)).toEqual(['NOT_FOUND input.event']);
    const { events } = await desk.ask<{ events: { nodes: { id: string }[] } }>('{ events(filter: { types: ["quayside.event.voided.v1"] }) { nodes { id } } }');
    expect(codesOf((await take('vo-4', { id: events.nodes[0]?.id })).userErrors)).toEqual(['ILLEGAL_TRANSITION input.event']);
  }, 30_000);

  describe('reserveStock and releaseReservation', () => {
    const PROMISED = 'reservations { id line status requested active released shortBy }';
    const reserve = (idempotencyKey: string, reference: string, more: { lines: object[]; policy?: string }) =>
      desk.give<{ reservations: Promised[] | null }>('reserveStock', { input: { idempotencyKey, reference, location: DC1, ...more }, shown: PROMISED });
    const line = (sku: string, quantity: number) => ({ item: { sku }, quantity });

    it('promises what is there, and nothing where it does not fit, with what is missing', async () => {
      await receive('re-1r', 'RE-1', 10);
      const first = await reserve('re-1', 'R-1', { lines: [line('RE-1', 6)] });
      expect(first).toMatchObject({ reservations: [{ line: 1, status: 'CONFIRMED', requested: 6, active: 6, shortBy: null }], userErrors: [] });
      expect(await reserve('re-1', 'R-1', { lines: [line('RE-1', 6)] })).toEqual(first);
      const short = await reserve('re-2', 'R-2', { lines: [line('RE-1', 5)] });
      expect(codesOf(short.userErrors)).toEqual(['INSUFFICIENT_STOCK input.lines.0.quantity']);
      expect(short.reservations).toMatchObject([{ status: 'REJECTED', active: 0 }]);
      expect(short.userErrors[0]?.message).toBe(`${short.reservations?.[0]?.shortBy ?? 0} of RE-1 are missing`);
      expect(await reserve('re-3', 'R-3', { lines: [line('RE-1', 5)], policy: 'PARTIAL' })).toMatchObject({
        reservations: [{ active: 4, shortBy: 1 }],
        userErrors: [],
      });
      expect(codesOf((await reserve('re-4', 'R-1', { lines: [line('RE-1', 1)] })).userErrors)).toEqual(['ALREADY_EXISTS whole']);
      expect(codesOf((await reserve('re-1', 'R-1', { lines: [line('RE-1', 7)] })).userErrors)).toEqual(['IDEMPOTENCY_MISMATCH input.idempotencyKey']);
      const { stockLevel } = await desk.ask<{ stockLevel: object }>(
        `{ stockLevel(item: { sku: "RE-1" }, location: { code: "DC-1" }) { reserved available reservations { nodes { reference active status } } } }`,
      );
      expect(stockLevel).toEqual({
        reserved: 10,
        available: 0,
        reservations: {
          nodes: [
            { reference: 'R-1', active: 6, status: 'CONFIRMED' },
            { reference: 'R-3', active: 4, status: 'CONFIRMED' },
          ],
        },
      });
    }, 30_000);

    it('gives up a part or all of it, and nothing twice', async () => {
      await receive('rl-1r', 'RL-1', 10);
      const [held] = (await reserve('rl-1', 'L-1', { lines: [line('RL-1', 6)] })).reservations ?? [];
      const release = (idempotencyKey: string, id: string | undefined, quantity?: number) =>
        desk.give<{ reservations: Promised[] | null }>('releaseReservation', {
          input: { idempotencyKey, id, ...(quantity !== undefined && { quantity }) },
          shown: PROMISED,
        });
      const part = await release('rl-2', held?.id, 2);
      expect(part).toMatchObject({ reservations: [{ active: 4, released: 2, status: 'CONFIRMED' }], userErrors: [] });
      expect(await release('rl-3', held?.id)).toMatchObject({ reservations: [{ active: 0, released: 6, status: 'RELEASED' }], userErrors: [] });
      expect(await release('rl-2', held?.id, 2)).toEqual(part);
      expect(codesOf((await release('rl-4', held?.id)).userErrors)).toEqual(['ILLEGAL_TRANSITION whole']);
      expect(codesOf((await release('rl-5', 'nonsense')).userErrors)).toEqual(['NOT_FOUND input.id']);
      const node = await desk.ask<{ node: object }>('query Again($id: ID!) { node(id: $id) { id ... on Reservation { reference status } } }', { id: held?.id });
      expect(node).toEqual({ node: { id: held?.id, reference: 'L-1', status: 'RELEASED' } });
    }, 30_000);
  });

  it('cancelOrder releases what is not shipped, of lines or of the whole', async () => {
    await receive('ca-r', 'CA-1', 10);
    const lines = [
      { line: 1, sku: 'CA-1', quantity: 3 },
      { line: 2, sku: 'CA-1', quantity: 2 },
    ];
    await desk.post({ id: 'ca-1', type: 'order.placed', data: { location: 'DC-1', order: 'SO-CA', lines } });
    const cancel = (idempotencyKey: string, more: object) =>
      desk.give<{ order: object | null }>('cancelOrder', {
        input: { idempotencyKey, order: { number: { number: 'SO-CA', source: '/test' } }, reason: 'changed their mind', ...more },
        shown: 'order { stage lines { number ordered reserved cancelled open } }',
      });
    const part = await cancel('ca-2', { lines: [2] });
    expect(part).toMatchObject({
      order: {
        stage: 'RESERVED',
        lines: [
          { number: 1, ordered: 3, reserved: 3, cancelled: 0 },
          { number: 2, ordered: 2, reserved: 0, cancelled: 2 },
        ],
      },
      userErrors: [],
    });
    expect(await cancel('ca-2', { lines: [2] })).toEqual(part);
    expect(codesOf((await cancel('ca-2', { lines: [1] })).userErrors)).toEqual(['IDEMPOTENCY_MISMATCH input.idempotencyKey']);
    expect(await cancel('ca-3', {})).toMatchObject({ order: { stage: 'CANCELLED' }, userErrors: [] });
    expect(codesOf((await cancel('ca-4', {})).userErrors)).toEqual(['ILLEGAL_TRANSITION whole']);
    expect(codesOf((await cancel('ca-5', { order: { number: { number: 'SO-CA', source: '/other' } } })).userErrors)).toEqual(['NOT_FOUND input.order']);
  }, 30_000);

  it('are for those who may, where they may', async () => {
    const input = { idempotencyKey: 'sc-1', location: DC1, changes: [{ item: { sku: 'SC' }, onHandDelta: 1 }], reason: 'FOUND' };
    await expect(desk.give('adjustStock', { input, shown: 'streamCursor', token: desk.ground.tokens.reader })).rejects.toThrow('FORBIDDEN');
    const there = scopedToken(desk.ground, { sub: 'tess', roles: ['READ', 'OPERATE'], locations: ['DC-2'] });
    const give = (field: string, more: object) => desk.give<object>(field, { input: more, shown: 'streamCursor', token: there });
    expect(codesOf((await give('adjustStock', input)).userErrors)).toEqual(['NOT_FOUND input.location']);
    await receive('sc-r', 'SC', 5);
    const event = { key: { source: '/test', id: 'sc-r' } };
    expect(codesOf((await give('voidEvent', { idempotencyKey: 'sc-2', event, reason: 'INCORRECT_DATA', note: 'x' })).userErrors)).toEqual([
      'NOT_FOUND input.event',
    ]);
    const { reservations } = await desk.give<{ reservations: { id: string }[] }>('reserveStock', {
      input: { idempotencyKey: 'sc-3', reference: 'SC', location: DC1, lines: [{ item: { sku: 'SC' }, quantity: 1 }] },
      shown: 'reservations { id }',
    });
    expect(codesOf((await give('releaseReservation', { idempotencyKey: 'sc-4', id: reservations[0]?.id })).userErrors)).toEqual(['NOT_FOUND input.id']);
    expect(await desk.onHand('SC')).toBe(5);
  }, 30_000);
});
