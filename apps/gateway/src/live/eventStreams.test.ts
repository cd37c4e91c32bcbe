import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Level } from '@quayside/contracts';
import type { Viewer } from '@quayside/service';
import Fastify, { type FastifyInstance } from 'fastify';
import { createClient } from 'graphql-sse';
import { aSchema } from '../document/aSchema.js';
import { Documents } from '../document/documents.js';
import { aLevel } from '../feeds/aLevel.js';
import { LEVEL_OBJECTS, levelFeed } from '../feeds/levelFeed.js';
import { Stretch } from '../feeds/stretch.js';
import { serveHttp } from '../http/serveHttp.js';
import { EventStreams } from './eventStreams.js';
import { Hub } from './hub.js';
import { systemTimers } from './timers.js';

const schema = aSchema({
  Query: { health: () => ({ state: 'OK' }) },
  Mutation: { setStockPolicy: () => ({ level: null, streamCursor: null, userErrors: [] }) },
  StockLevel: { location: (level) => ({ code: (level as Level).location }), item: (level) => ({ sku: (level as Level).sku }) },
});
const LIVE =
  'subscription($after: Cursor) { stockLevelChanges(after: $after, options: {coalesceMs: 0}) { kind cursor complete levels { item { sku } location { code } sellable version } } }';
const POLICY = 'mutation { setStockPolicy(input: {item: {sku: "1"}, location: {code: "DC-1"}, reorderPoint: 1}) { streamCursor } }';

interface Batch {
  readonly stockLevelChanges: {
    readonly kind: string;
    readonly cursor: string;
    readonly levels: readonly { readonly sellable: number; location: { code: string } }[];
  };
}

const viewers: Readonly<Record<string, Pick<Viewer, 'roles' | 'locations'>>> = {
  all: { roles: ['READ'], locations: ['*'] },
  one: { roles: ['READ'], locations: ['DC-1'] },
};
let expiresAt: number;
let serving: boolean;
let stretch: Stretch<Level>;
let hub: Hub;
let streams: EventStreams;
let fastify: FastifyInstance;
let url: string;
let offset: number;

const verify = async (authorization: string | undefined): Promise<Viewer | null> => {
  const name = authorization?.replace('Bearer ', '') ?? '';
  const found = viewers[name];
  return found === undefined ? null : { id: name, name, ...found, expiresAt };
};
const write = (given: Partial<Level>): void => stretch.append(0, [{ at: [offset++, 0], what: aLevel(given) }]);

beforeEach(async () => {
  expiresAt = Infinity;
  serving = true;
  offset = 0;
  stretch = new Stretch(LEVEL_OBJECTS, 'aaaa1111');
  hub = new Hub({
    feeds: { stockLevelChanges: levelFeed(stretch, async () => ({ objects: [], next: null })) },
    timers: systemTimers,
    execute: (prepared, root) => prepared.run({}, root),
    onFault: () => {},
  });
  streams = new EventStreams(hub);
  fastify = Fastify({ forceCloseConnections: true }); // a client of the test may keep its own open
  serveHttp(fastify, {
    path: '/graphql',
    documents: new Documents(schema, { compiles: true, onFault: () => {} }),
    verify,
    contextOf: () => ({}),
    log: () => {},
    isServing: () => serving,
    streams,
  });
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  const address = fastify.server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens at no port');
  url = `http://127.0.0.1:${address.port}/graphql`;
});
afterEach(async () => {
  streams.close();
  await fastify.close();
});

/** One request, read whole as text. */
async function ask(body: object, as = 'all'): Promise<{ status: number; type: string; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(body),
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}
const codeOf = ({ text }: { text: string }): unknown => JSON.parse(text).errors[0].extensions.code;

/** Follows with graphql-sse's own client. */
function follow(as: string, variables: Record<string, unknown> = {}): AsyncIterableIterator<{ data?: Batch | null; errors?: readonly unknown[] }> {
  const client = createClient({ url, headers: { authorization: `Bearer ${as}` }, retryAttempts: 0 });
  return client.iterate<Batch>({ query: LIVE, variables });
}
async function next<T>(stream: AsyncIterator<T>): Promise<T> {
  const { value, done } = await stream.next();
  if (done === true) throw new Error('The stream is over');
  return value;
}
async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 3_000;
  while (!check() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(check()).toBe(true);
}
/** A connection whose answer is read, or not, by hand. */
async function connect(): Promise<{ asked: ClientRequest; answer: IncomingMessage }> {
  const asked = request(`${url}?query=${encodeURIComponent(LIVE)}`, { headers: { authorization: 'Bearer all', accept: 'text/event-stream' } });
  asked.on('error', () => {}); // the other side may cut it
  asked.end();
  const [answer]: IncomingMessage[] = await once(asked, 'response');
  if (answer === undefined) throw new Error('Nothing was answered');
  answer.on('error', () => {});
  return { asked, answer };
}

describe('server-sent events', () => {
  it('carry a stream to graphql-sse’s own client, which resumes it after a cut', async () => {
    const first = follow('all');
    const snapshot = await next(first);
    expect(snapshot).toMatchObject({ data: { stockLevelChanges: { kind: 'SNAPSHOT', levels: [] } } });
    await first.return?.();
    await until(() => hub.readerCount === 0);
    write({ sellable: 4 });
    const second = follow('all', { after: snapshot.data?.stockLevelChanges.cursor });
    expect(await next(second)).toMatchObject({ data: { stockLevelChanges: { kind: 'DELTA', levels: [{ sellable: 4 }] } } });
    await second.return?.();
  });

  it('answer a query with its one result, and then that it is complete', async () => {
    expect(await ask({ query: '{ health { state } }' })).toEqual({
      status: 200,
      type: 'text/event-stream; charset=utf-8',
      text: 'event: next\ndata: {"data":{"health":{"state":"OK"}},"extensions":{"cost":{"requested":1}}}\n\nevent: complete\ndata: \n\n',
    });
  });

  it.each([
    ['without a token', { query: LIVE }, 'nobody', 401, 'UNAUTHENTICATED'],
    ['of a document that makes no sense', { query: 'subscription { nonsense }' }, 'all', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['of a window that is not served', { query: 'subscription { stockLevelChanges(options: {coalesceMs: 3}) { kind } }' }, 'all', 400, 'BAD_USER_INPUT'],
    ['of a mutation without the role', { query: POLICY }, 'all', 403, 'FORBIDDEN'],
  ])('are refused %s as any request is, before there is a stream', async (_name, body, as, status, code) => {
    const answered = await ask(body, as);
    expect([answered.status, answered.type]).toEqual([status, 'application/json; charset=utf-8']);
    expect(codeOf(answered)).toBe(code);
    expect(streams.size).toBe(0);
  });

  it('are answered 503 until the process has read the topics to their end', async () => {
    serving = false;
    expect((await ask({ query: LIVE })).status).toBe(503);
  });

  it('end with the token: an error that says so, then complete', async () => {
    expiresAt = Date.now() + 300;
    const { status, text } = await ask({ query: LIVE });
    expect(status).toBe(200);
    expect(text).toMatch(/event: next\ndata: \{"errors":\[\{.*"code":"UNAUTHENTICATED".*\n\nevent: complete\ndata: \n\n$/);
    expect([streams.size, hub.readerCount]).toEqual([0, 0]);
  });

  it('are shared with those who may see the same, and with nobody else', async () => {
    const [all, also, one] = [follow('all'), follow('all'), follow('one')];
    for (const stream of [all, also, one]) await next(stream);
    expect([hub.channelCount, hub.readerCount, streams.size]).toEqual([2, 3, 3]);
    write({ location: 'DC-2', sku: 'A', sellable: 1 });
    write({ location: 'DC-1', sku: 'A', sellable: 2 });
    const seen = (await next(one)).data?.stockLevelChanges.levels.map(({ location }) => location.code);
    expect(seen).toEqual(['DC-1']);
    // Not awaited: the client ends only once what has come was read.
    for (const stream of [all, also, one]) void stream.return?.();
    await until(() => streams.size === 0 && hub.readerCount === 0 && hub.channelCount === 0);
  });

  it('cost a reader that does not read its position, and no memory', async () => {
    const { asked, answer } = await connect();
    await until(() => hub.readerCount === 1);
    answer.pause();
    const note = 'x'.repeat(200);
    let executions = -1;
    for (let round = 0; round < 400 && executions !== hub.executions; round++) {
      executions = hub.executions;
      for (let sku = 0; sku < 200; sku++) write({ sku: `${note}${sku}`, sellable: round, version: round + 1 });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    // Nothing was made any more for it although much had changed.
    expect(hub.executions).toBe(executions);
    asked.destroy();
    await until(() => hub.readerCount === 0 && streams.size === 0);
  }, 60_000);

  it('are cut without a word when the process stops, so that clients resume elsewhere', async () => {
    const { answer } = await connect();
    let text = '';
    answer.on('data', (bytes: Buffer) => (text += bytes.toString()));
    await until(() => text.includes('SNAPSHOT'));
    streams.close();
    await new Promise((resolve) => answer.once('close', resolve));
    expect([answer.complete, text.includes('complete\ndata'), hub.readerCount]).toEqual([false, false, 0]);
  });
});
