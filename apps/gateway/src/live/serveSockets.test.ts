import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Level } from '@quayside/contracts';
import type { Viewer } from '@quayside/service';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { aSchema } from '../document/aSchema.js';
import { Documents } from '../document/documents.js';
import { showErrors } from '../document/showErrors.js';
import { aLevel } from '../feeds/aLevel.js';
import { LEVEL_OBJECTS, levelFeed } from '../feeds/levelFeed.js';
import { Stretch } from '../feeds/stretch.js';
import { Hub } from './hub.js';
import { serveSockets } from './serveSockets.js';
import { systemTimers } from './timers.js';

const schema = aSchema({
  Query: { health: () => ({ state: 'OK' }) },
  Mutation: { setStockPolicy: () => ({ level: null, streamCursor: null, userErrors: [] }) },
  StockLevel: { location: (level) => ({ code: (level as Level).location }), item: (level) => ({ sku: (level as Level).sku }) },
});
const LIVE =
  'subscription($after: Cursor) { stockLevelChanges(after: $after, options: {coalesceMs: 0}) { kind cursor complete removedIds levels { item { sku } location { code } sellable version } } }';

let expiresAt = Infinity;
let serving = true;
const viewers: Readonly<Record<string, Pick<Viewer, 'roles' | 'locations'>>> = {
  all: { roles: ['READ'], locations: ['*'] },
  one: { roles: ['READ'], locations: ['DC-1'] },
};
const verify = async (authorization: string | undefined): Promise<Viewer | null> => {
  const name = authorization?.replace('Bearer ', '') ?? '';
  const found = viewers[name];
  return found === undefined ? null : { id: name, name, ...found, expiresAt };
};

let stretch: Stretch<Level>;
let hub: Hub;
let url: string;
let close: () => Promise<void>;
let clients: Client[];
let offset: number;

beforeEach(async () => {
  stretch = new Stretch(LEVEL_OBJECTS, 'aaaa1111');
  const stored = new Map<string, Level>();
  stretch.onChange(() => {
    for (const { what } of stretch.since({ epoch: 'aaaa1111', numbers: new Map() })) stored.set(`${what.location}/${what.sku}`, what);
  });
  const feed = levelFeed(stretch, async ({ locations }) => ({
    objects: [...stored.values()].filter(({ location }) => locations === null || locations.includes(location)),
    next: null,
  }));
  hub = new Hub({
    feeds: { stockLevelChanges: feed },
    timers: systemTimers,
    execute: async (prepared, root) => {
      const { data, errors } = await prepared.run({}, root);
      return errors === undefined ? { data } : { data, errors: showErrors(errors, { requestId: 'stream', log: () => {} }) };
    },
    onFault: () => {},
  });
  const server = createServer();
  const sockets = serveSockets(server, {
    path: '/graphql',
    documents: new Documents(schema, { compiles: true, onFault: () => {} }),
    hub,
    verify,
    contextOf: () => ({}),
    log: () => {},
    isServing: () => serving,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  expiresAt = Infinity;
  clients = [];
  offset = 0;
  close = async () => {
    await Promise.all(clients.map(async (each) => each.dispose()));
    await sockets.close();
    server.close();
  };
});
afterEach(() => close());

function client(token: string | null, name = 'authorization') {
  let closed: (event: { code: number }) => void = () => {};
  const closing = new Promise<{ code: number }>((resolve) => {
    closed = resolve;
  });
  const made = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token === null ? {} : { [name]: `Bearer ${token}` },
    on: { closed: (event) => closed(event as { code: number }) },
  });
  clients.push(made);
  return { client: made, closing };
}
const write = (given: Partial<Level>): void => stretch.append(0, [{ at: [offset++, 0], what: aLevel(given) }]);
async function take<T>(iterator: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

describe('graphql-transport-ws', () => {
  it.each(['authorization', 'Authorization'])('serves queries and streams to a token under `%s`, through the one door', async (name) => {
    write({ sku: 'a', sellable: 1 });
    const { client: made } = client('all', name);
    expect(await take(made.iterate({ query: '{ health { state } }' }), 1)).toEqual([
      { data: { health: { state: 'OK' } }, extensions: { cost: { requested: 1 } } },
    ]);
    const stream = made.iterate({ query: LIVE });
    expect(await take(stream, 1)).toMatchObject([
      {
        data: { stockLevelChanges: { kind: 'SNAPSHOT', complete: true, levels: [{ item: { sku: 'a' }, sellable: 1, version: 1 }] } },
      },
    ]);
    write({ sku: 'a', sellable: 2, version: 2 });
    expect(await take(stream, 1)).toMatchObject([{ data: { stockLevelChanges: { kind: 'DELTA', levels: [{ sellable: 2, version: 2 }] } } }]);
  });

  it.each([null, 'nobody'])('closes with 4403 for the token %p', async (token) => {
    const { client: made, closing } = client(token);
    await expect(take(made.iterate({ query: '{ health { state } }' }), 1)).rejects.toMatchObject({ code: 4403 });
    expect((await closing).code).toBe(4403);
  });

  it('closes with 4403 when the token is over, and goes on from the cursor with a new one', async () => {
    expiresAt = Date.now() + 300;
    write({ sku: 'a' });
    const first = client('all');
    const stream = first.client.iterate<{ stockLevelChanges: { cursor: string } }>({ query: LIVE });
    const [snapshot] = await take(stream, 1);
    expect((await first.closing).code).toBe(4403);
    write({ sku: 'b' });
    expiresAt = Infinity;
    const second = client('all').client.iterate({ query: LIVE, variables: { after: snapshot?.data?.stockLevelChanges.cursor } });
    expect(await take(second, 1)).toMatchObject([{ data: { stockLevelChanges: { kind: 'DELTA', levels: [{ item: { sku: 'b' } }] } } }]);
  });

  it('shows a scope its own locations only, in the snapshot and ever after', async () => {
    write({ location: 'DC-2', sku: 'hidden' });
    write({ location: 'DC-1', sku: 'seen' });
    const stream = client('one').client.iterate({ query: LIVE });
    const [snapshot] = await take(stream, 1);
    write({ location: 'DC-2', sku: 'hidden', version: 2 });
    write({ location: 'DC-1', sku: 'seen', version: 2 });
    const [delta] = await take(stream, 1);
    expect(JSON.stringify([snapshot, delta])).not.toMatch(/hidden|DC-2/);
    expect(delta).toMatchObject({ data: { stockLevelChanges: { levels: [{ version: 2 }] } } });
  });

  it('executes once for all who ask the same in the same scope, wherever they resume from', async () => {
    write({ sku: 'a' });
    const streams = Array.from({ length: 5 }, () => client('all').client.iterate({ query: LIVE }));
    await Promise.all(streams.map((stream) => take(stream, 1)));
    const other = client('one').client.iterate({ query: LIVE });
    await take(other, 1);
    expect(hub.channelCount).toBe(2);
    const before = hub.executions;
    write({ sku: 'a', version: 2 });
    await Promise.all([...streams, other].map((stream) => take(stream, 1)));
    expect(hub.executions - before).toBe(2);
  });

  it('forgets a view when its last reader leaves', async () => {
    const { client: made } = client('all');
    const stream = made.iterate({ query: LIVE });
    await take(stream, 1);
    expect([hub.channelCount, hub.readerCount]).toEqual([1, 1]);
    await stream.return?.();
    const until = Date.now() + 2_000;
    while (hub.channelCount > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([hub.channelCount, hub.readerCount]).toEqual([0, 0]);
  });

  it.each([
    ['a document that is refused', { query: '{ nonsense }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'too deep a document',
      {
        query: `{ __schema { types { ${'ofType { '.repeat(0)} name } } stockLevels { nodes { ${'item { levels { nodes { '.repeat(5)} version ${'} } } '.repeat(5)} } } }`,
      },
      'QUERY_TOO_COSTLY',
    ],
    ['a page beyond the limit', { query: '{ stockLevels(first: -1) { totalCount } }' }, 'BAD_USER_INPUT'],
    [
      'a mutation without the role',
      { query: 'mutation { setStockPolicy(input: {item: {sku: "1"}, location: {code: "DC-1"}, reorderPoint: 1}) { streamCursor } }' },
      'FORBIDDEN',
    ],
    ['a window that is not served', { query: 'subscription { stockLevelChanges(options: {coalesceMs: 3}) { kind } }' }, 'BAD_USER_INPUT'],
    ['an id of something else in a filter', { query: 'subscription { stockLevelChanges(filter: {itemIds: ["x"]}) { kind } }' }, 'BAD_USER_INPUT'],
  ])('answers %s with an error of the operation and keeps the socket', async (_name, asked, code) => {
    const { client: made } = client('all');
    for (const _use of [1, 2, 3]) await expect(take(made.iterate(asked), 1)).rejects.toMatchObject([{ extensions: { code, retryable: false } }]);
    expect(await take(made.iterate({ query: '{ health { state } }' }), 1)).toHaveLength(1);
  });

  it('runs 20 operations at once on a socket and refuses the next', async () => {
    const { client: made } = client('all');
    const streams = Array.from({ length: 20 }, () => made.iterate({ query: LIVE }));
    await Promise.all(streams.map((stream) => take(stream, 1)));
    await expect(take(made.iterate({ query: LIVE }), 1)).rejects.toMatchObject([{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]);
  });

  it('answers 503 until its process has read the streams to their end', async () => {
    serving = false;
    const [error] = await once(new WebSocket(url, 'graphql-transport-ws'), 'error');
    serving = true;
    expect(error.message).toContain('503');
  });

  it('takes no upgrade at another path', async () => {
    const socket = new WebSocket(url.replace('/graphql', '/other'), 'graphql-transport-ws');
    const [error] = await once(socket, 'error');
    expect(error.message).toContain('404');
  });
});
