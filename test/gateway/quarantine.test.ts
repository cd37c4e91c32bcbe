import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import { LogWriter } from '../harness/logWriter.js';
import { until } from '../harness/until.js';
import { codesOf, GatewayDesk } from './gatewayDesk.js';
import { scopedToken } from './scopedToken.js';

const HERE = 'DC-1';
const FIX = [{ op: 'replace', path: '/data/lines/0/quantity', value: 5 }];
interface Waiting {
  readonly id: string;
  readonly eventId: string;
  readonly status: string;
  readonly problem: { readonly type: string; readonly title: string; readonly detail: string } | null;
}
interface Released {
  readonly matched: number;
  readonly released: number;
  readonly stillFailing: { readonly eventId: string; readonly problem: { readonly detail: string } | null }[];
}

describe('the quarantine in GraphQL', () => {
  let desk: GatewayDesk;
  let log: LogWriter;

  beforeAll(async () => {
    desk = await GatewayDesk.open('gwquarantine');
    log = await LogWriter.open(desk.ground);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await desk?.close();
  }, 60_000);

  const spoil = async (sku: string, ...ids: string[]): Promise<void> => {
    await log.append(
      partitionOf(HERE),
      ids.map((id) => log.encode('stock.received', { id }, { location: HERE, lines: [{ sku, quantity: 'five' }] })),
    );
    await until(`${ids.join(', ')} wait`, 20_000, async () => (await waiting(ids)).length === ids.length);
  };
  const waiting = async (ids: readonly string[], token?: string): Promise<Waiting[]> => {
    const { events } = await desk.ask<{ events: { nodes: Waiting[] } }>(
      '{ events(filter: { statuses: [QUARANTINED] }, first: 250) { nodes { id eventId status problem { type title detail } } } }',
      {},
      token,
    );
    return events.nodes.filter(({ eventId }) => ids.includes(eventId));
  };
  const idOf = async (id: string): Promise<string> => (await waiting([id]))[0]?.id ?? 'nowhere';
  const release = (input: object) => desk.give<Released>('releaseEvents', { input, shown: 'matched released stillFailing { eventId problem { detail } }' });
  const dismiss = (input: object) =>
    desk.give<{ events: { eventId: string; status: string }[] }>('dismissEvents', { input, shown: 'events { eventId status }' });

  it('shows what waits, with why, and to those who may see its location', async () => {
    await spoil('Q-1', 'q-1');
    await log.append(partitionOf(HERE), ['{ no json']);
    expect(await waiting(['q-1'])).toMatchObject([
      { status: 'QUARANTINED', problem: { type: 'urn:quayside:quarantine:UNREADABLE', detail: expect.stringContaining('data.lines.0.quantity') } },
    ]);
    await until('the one without a name waits', 20_000, async () => (await waiting([''])).length === 1);
    const tokens = ['DC-1', 'DC-2'].map((code) => scopedToken(desk.ground, { sub: code, roles: ['READ'], locations: [code] }));
    expect((await Promise.all(tokens.map((token) => waiting(['q-1', ''], token)))).map((seen) => seen.map(({ eventId }) => eventId))).toEqual([['q-1'], []]);
    const id = await idOf('q-1');
    expect(await desk.ask('query One($id: ID!) { node(id: $id) { id } }', { id }, tokens[1])).toEqual({ node: null });
  }, 60_000);

  it('lets one through, corrected by a patch, and says beforehand whether it would', async () => {
    await spoil('Q-2', 'q-2');
    const id = await idOf('q-2');
    expect(await release({ idempotencyKey: 'q2-dry', ids: [id], dryRun: true })).toMatchObject({
      matched: 1,
      released: 0,
      stillFailing: [{ eventId: 'q-2', problem: { detail: expect.stringContaining('Still unreadable') } }],
    });
    expect(await release({ idempotencyKey: 'q2-dry', ids: [id], patch: FIX, dryRun: true })).toMatchObject({ matched: 1, released: 1, stillFailing: [] });
    expect(await desk.onHand('Q-2')).toBeNull();
    expect(await release({ idempotencyKey: 'q2-as-it-is', ids: [id] })).toMatchObject({ matched: 1, released: 0, stillFailing: [{ eventId: 'q-2' }] });
    const done = await release({ idempotencyKey: 'q2', ids: [id], patch: FIX });
    expect(done).toEqual({ matched: 1, released: 1, stillFailing: [], userErrors: [] });
    expect(await release({ idempotencyKey: 'q2', ids: [id], patch: FIX })).toEqual(done);
    expect(await desk.onHand('Q-2')).toBe(5);
    expect(codesOf((await release({ idempotencyKey: 'q2', ids: [id] })).userErrors)).toEqual(['IDEMPOTENCY_MISMATCH input.idempotencyKey']);
    const { node, events } = await desk.ask<{ node: object; events: { nodes: object[] } }>(
      `query After($id: ID!) { node(id: $id) { ... on SourceEvent { status eventId entries { delta } } } events(filter: { eventId: "q-2" }) { nodes { status eventId type entries { delta } } } }`,
      { id },
    );
    expect(node).toEqual({ status: 'APPLIED', eventId: 'q-2', entries: [{ delta: 5 }] });
    expect(events.nodes).toEqual([{ status: 'APPLIED', eventId: 'q-2', type: 'quayside.stock.received.v1', entries: [{ delta: 5 }] }]);
    const seenBy = async (code: string) => {
      const token = scopedToken(desk.ground, { sub: code, roles: ['READ'], locations: [code] });
      return (await desk.ask<{ events: { nodes: object[] } }>('{ events(filter: { statuses: [APPLIED], eventId: "q-2" }) { nodes { eventId } } }', {}, token))
        .events.nodes;
    };
    expect([await seenBy('DC-1'), await seenBy('DC-2')]).toEqual([[{ eventId: 'q-2' }], []]);
  }, 60_000);

  it('lets those through that a filter names, and the same again is nothing more', async () => {
    await log.append(partitionOf(HERE), [
      log.encode('stock.received', { id: 'q-3', source: '/filtered' }, { location: HERE, lines: [{ sku: 'Q-3', quantity: 0 }] }),
    ]);
    await until('it waits', 20_000, async () => (await waiting(['q-3'])).length === 1);
    const filter = { sources: ['/filtered'] };
    const first = await release({ idempotencyKey: 'q3', filter });
    expect(first).toMatchObject({ matched: 1, released: 0, stillFailing: [{ eventId: 'q-3' }] });
    expect(await release({ idempotencyKey: 'q3', filter })).toEqual(first);
    expect(codesOf((await release({ idempotencyKey: 'q3', filter: { sources: ['/other'] } })).userErrors)).toEqual([
      'IDEMPOTENCY_MISMATCH input.idempotencyKey',
    ]);
  }, 60_000);

  it('closes what will never have an effect, once', async () => {
    await spoil('Q-4', 'q-4', 'q-5');
    const ids = [await idOf('q-4'), await idOf('q-5')];
    const done = await dismiss({ ids, reason: 'a typing error' });
    expect([...done.events].sort((a, b) => (a.eventId < b.eventId ? -1 : 1))).toEqual([
      { eventId: 'q-4', status: 'DISMISSED' },
      { eventId: 'q-5', status: 'DISMISSED' },
    ]);
    expect((await dismiss({ ids, reason: 'again' })).userErrors).toEqual([]);
    expect(await waiting(['q-4', 'q-5'])).toEqual([]);
    expect(codesOf((await release({ idempotencyKey: 'q4', ids })).userErrors)).toEqual(['NOT_FOUND input.ids.0', 'NOT_FOUND input.ids.1']);
    const { events } = await desk.ask<{ events: { nodes: { eventId: string }[] } }>('{ events(filter: { statuses: [DISMISSED] }) { nodes { eventId } } }');
    expect(events.nodes.map(({ eventId }) => eventId).sort()).toEqual(['q-4', 'q-5']);
  }, 60_000);

  it('is asked for whole requests only', async () => {
    const id = await idOf('q-1');
    const faults = async (input: object): Promise<string[]> => codesOf((await release({ idempotencyKey: 'x', ...input })).userErrors);
    expect(await faults({})).toEqual(['INVALID input']);
    expect(await faults({ ids: [id], filter: {} })).toEqual(['INVALID input']);
    expect(await faults({ filter: {}, patch: FIX })).toEqual(['INVALID input.patch']);
    expect(
      await faults({
        ids: [id],
        patch: [
          { op: 'replace', path: '/data/location', value: 'DC-1' },
          { op: 'test', path: '/data/nothing', value: 1 },
        ],
      }),
    ).toEqual(['INVALID input.patch']);
    expect(await faults({ ids: ['nonsense'] })).toEqual(['NOT_FOUND input.ids.0']);
  }, 30_000);
});
