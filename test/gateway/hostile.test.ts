import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { openSocket } from '../harness/graphql.js';
import { GatewayDesk } from './gatewayDesk.js';

interface Asked {
  readonly query: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}
type Refused = readonly (string | undefined)[];
const TRANSPORTS = ['HTTP', 'WebSocket', 'SSE'] as const;
type Transport = (typeof TRANSPORTS)[number];

const many = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_none, index) => make(index)).join(' ');
/** `open` and what closes it, so many times around the middle. */
const nest = (count: number, [open, close]: readonly [string, string], middle: string): string => `${open.repeat(count)}${middle}${close.repeat(count)}`;
const ONE_OF = 'query($ref: ItemRef!) { stockLevel(item: $ref, location: { code: "DC-1" }) { onHand } }';

/** Each is an ordinary message that holds a document which must not run. */
const HOSTILE: readonly (readonly [name: string, code: string, asked: Asked & { readonly query: string }])[] = [
  ['a document that does not parse', 'GRAPHQL_PARSE_FAILED', { query: '{ health {' }],
  ['brackets without end', 'GRAPHQL_PARSE_FAILED', { query: '['.repeat(5_000) }],
  ['too many tokens', 'GRAPHQL_PARSE_FAILED', { query: `{ health { ${'state '.repeat(2_001)} } }` }],
  ['the same field again and again', 'GRAPHQL_PARSE_FAILED', { query: `{ ${'health { state } '.repeat(600)} }` }],
  ['a document of 40,000 characters', 'QUERY_TOO_COSTLY', { query: `{ health { state } } # ${'x'.repeat(40_000)}` }],
  [
    'a depth beyond the limit',
    'QUERY_TOO_COSTLY',
    { query: `{ stockLevels(first: 1) { nodes { item { ${nest(5, ['levels(first: 1) { nodes { item { ', ' } } }'], 'sku')} } } } }` },
  ],
  ['too many aliases', 'QUERY_TOO_COSTLY', { query: `{ ${many(31, (index) => `a${index}: health { state }`)} }` }],
  ['too many directives', 'QUERY_TOO_COSTLY', { query: `{ health { ${many(21, () => 'state @include(if: true)')} } }` }],
  ['a directive on one field a thousand times', 'GRAPHQL_PARSE_FAILED', { query: `{ health { state ${'@skip(if: false) '.repeat(400)} } }` }],
  ['a page of pages', 'QUERY_TOO_COSTLY', { query: '{ stockLevels(first: 250) { nodes { item { levels(first: 250) { nodes { onHand } } } } } }' }],
  ['a negative page size', 'BAD_USER_INPUT', { query: '{ stockLevels(first: -1) { totalCount } }' }],
  ['a page of 251', 'BAD_USER_INPUT', { query: '{ alerts(first: 251) { totalCount } }' }],
  ['a page of 251 by variable', 'BAD_USER_INPUT', { query: 'query($n: Int) { orders(first: $n) { totalCount } }', variables: { n: 251 } }],
  ['251 ids', 'BAD_USER_INPUT', { query: 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: Array.from({ length: 251 }, String) } }],
  ['a response name __proto__', 'GRAPHQL_VALIDATION_FAILED', { query: '{ __proto__: health { state } }' }],
  ['a response name constructor of introspection', 'GRAPHQL_VALIDATION_FAILED', { query: '{ health { __typename2: state } }' }],
  ['an operation that the document does not have', 'BAD_REQUEST', { query: 'query A { health { state } }', operationName: 'B' }],
  ['several operations and none named', 'BAD_REQUEST', { query: 'query A { health { state } } query B { health { state } }' }],
  ['fragments in a circle', 'GRAPHQL_VALIDATION_FAILED', { query: '{ health { ...A } } fragment A on Health { ...B } fragment B on Health { ...A }' }],
  ['introspection of introspection', 'GRAPHQL_VALIDATION_FAILED', { query: `{ __schema { types { ${nest(6, ['fields { type { ', ' } }'], 'name')} } } }` }],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', { query: '{ nonsense }' }],
  ['two root fields of a subscription', 'GRAPHQL_VALIDATION_FAILED', { query: 'subscription { stockLevelChanges { kind } alertChanges { kind } }' }],
  ['a cursor that is none', 'BAD_USER_INPUT', { query: 'subscription { stockLevelChanges(after: "x") { kind } }' }],
  ['both keys of a @oneOf by variable', 'BAD_USER_INPUT', { query: ONE_OF, variables: { ref: { id: 'a', sku: 'b' } } }],
  ['no key of a @oneOf by variable', 'BAD_USER_INPUT', { query: ONE_OF, variables: { ref: {} } }],
  ['a null key of a @oneOf by variable', 'BAD_USER_INPUT', { query: ONE_OF, variables: { ref: { sku: null } } }],
  ['both keys of a @oneOf by literal', 'GRAPHQL_VALIDATION_FAILED', { query: '{ item(ref: { id: "a", sku: "b" }) { sku } }' }],
  ['a variable of the wrong type', 'BAD_USER_INPUT', { query: 'query($n: Int) { orders(first: $n) { totalCount } }', variables: { n: 'many' } }],
  [
    'a window that ends before it begins',
    'BAD_USER_INPUT',
    { query: '{ analytics { topItems(by: OUTFLOW, window: { from: "2026-11-22T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z" }) { value } } }' },
  ],
  ['a mutation by a reader', 'FORBIDDEN', { query: 'mutation { commentAlert(input: { id: "x", text: "y" }) { alerts { id } } }' }],
];

const JSON_TYPE = 'application/json';

/** Requests that are none: what HTTP and its event streams refuse before there is a document. */
const MALFORMED: readonly (readonly [name: string, status: number, body: string, type: string])[] = [
  ['a batch', 400, JSON.stringify([{ query: '{ health { state } }' }, { query: '{ health { state } }' }]), JSON_TYPE],
  ['a parsed document in place of its text', 400, JSON.stringify({ query: { kind: 'Document', definitions: [] } }), JSON_TYPE],
  ['no JSON', 400, '{ health { state } }', JSON_TYPE],
  ['variables that are a list', 400, JSON.stringify({ query: '{ health { state } }', variables: [] }), JSON_TYPE],
  ['an operation name that is no text', 400, JSON.stringify({ query: '{ health { state } }', operationName: { a: 1 } }), JSON_TYPE],
  ['text as its content type', 415, JSON.stringify({ query: '{ health { state } }' }), 'text/plain'],
  ['a form as its content type', 415, 'query={health{state}}', 'application/x-www-form-urlencoded'],
  ['variables beyond the body’s limit', 413, JSON.stringify({ query: '{ health { state } }', variables: { x: 'y'.repeat(70_000) } }), JSON_TYPE],
  ['a body of 1 MB', 413, 'x'.repeat(1_000_000), JSON_TYPE],
];

describe('a hostile client', () => {
  let desk: GatewayDesk;
  beforeAll(async () => {
    desk = await GatewayDesk.open('hostile');
  }, 120_000);
  afterAll(() => desk?.close(), 60_000);

  const post = async (
    body: string,
    { accept, type = 'application/json', token = desk.ground.tokens.reader }: { accept: string; type?: string; token?: string },
  ) => {
    const response = await fetch(`${desk.crew.member('gateway').url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type, accept },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, text: await response.text() };
  };
  const ACCEPT = { HTTP: 'application/graphql-response+json', SSE: 'text/event-stream' } as const;
  const codesIn = (answer: unknown): Refused => {
    const errors = typeof answer === 'object' && answer !== null && 'errors' in answer && Array.isArray(answer.errors) ? answer.errors : [];
    return errors.map((error: { extensions?: { code?: string } }) => error.extensions?.code);
  };
  /** What is refused, as the transport says it: an answer with errors, an `error` message, or the only result of an event stream. */
  const refuse = async (transport: Transport, asked: Asked & { query: string }, token = desk.ground.tokens.reader): Promise<Refused> => {
    if (transport === 'WebSocket') return refusedOnSocket(asked, token);
    const { text } = await post(JSON.stringify(asked), { accept: ACCEPT[transport], token });
    return codesIn(JSON.parse(/^data: ?(.*)$/m.exec(text)?.[1] ?? text));
  };
  const refusedOnSocket = async (asked: Asked & { query: string }, token: string): Promise<Refused> => {
    const client = openSocket(desk.crew.member('gateway'), token);
    try {
      return await new Promise((resolve, reject) => {
        client.subscribe(
          { ...asked, variables: (asked.variables ?? {}) as Record<string, unknown>, operationName: asked.operationName as string | undefined },
          {
            next: (answer) => resolve(codesIn(answer)),
            error: (errors) => (Array.isArray(errors) ? resolve(codesIn({ errors })) : reject(errors)),
            complete: () => resolve([]),
          },
        );
      });
    } finally {
      await client.dispose();
    }
  };
  const expectHealthy = async (): Promise<void> => {
    for (const transport of TRANSPORTS) expect(await refuse(transport, { query: '{ viewer { actor { id } } }' })).toEqual([]);
  };

  it.each(HOSTILE)('with %s is told %s on every transport and on every use', async (_name, code, asked) => {
    for (const transport of TRANSPORTS) for (const _use of [1, 2, 3]) expect([transport, (await refuse(transport, asked))[0]]).toEqual([transport, code]);
  });

  it.each(MALFORMED)('with %s is answered %d over HTTP, for an answer and for a stream', async (_name, status, body, type) => {
    for (const accept of Object.values(ACCEPT)) for (const _use of [1, 2, 3]) expect((await post(body, { accept, type })).status).toBe(status);
  });

  it.each([
    ['a batch', JSON.stringify([{ id: '1', type: 'subscribe', payload: { query: '{ health { state } }' } }]), 4400],
    ['a parsed document', JSON.stringify({ id: '1', type: 'subscribe', payload: { query: { kind: 'Document' } } }), 4400],
    ['no JSON', '{ health', 4400],
    ['a message of 1 MB', 'x'.repeat(1_000_000), 1009],
  ])('with %s on a socket is cut off with its code', async (_name, message, code) => {
    const socket = new WebSocket(`${desk.crew.member('gateway').url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${desk.ground.tokens.reader}` } }));
    await once(socket, 'message');
    socket.send(message);
    const [closed] = await once(socket, 'close');
    expect(closed).toBe(code);
    await expectHealthy();
  });

  it('who names the query of a document never runs the mutation beside it, on any transport and use, nor any by GET', async () => {
    await desk.post({ id: 'h-1', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'H-1', quantity: 1 }] } });
    const mutation = 'mutation B { setStockPolicy(input: { item: { sku: "H-1" }, location: { code: "DC-1" }, reorderPoint: 7 }) { userErrors { code } } }';
    const query = `query A { health { state } } ${mutation}`;
    const { operator } = desk.ground.tokens;
    const get = async (operationName: string): Promise<number> => {
      const parameters = new URLSearchParams({ query, operationName });
      const url = `${desk.crew.member('gateway').url}/graphql?${parameters}`;
      return (await fetch(url, { headers: { authorization: `Bearer ${operator}`, accept: ACCEPT.HTTP } })).status;
    };
    const reorderPoint = async () =>
      (await desk.ask<{ stockLevel: { reorderPoint: number | null } }>('{ stockLevel(item: { sku: "H-1" }, location: { code: "DC-1" }) { reorderPoint } }'))
        .stockLevel.reorderPoint;
    for (const _use of [1, 2, 3]) {
      for (const transport of TRANSPORTS) expect(await refuse(transport, { query, operationName: 'A' }, operator)).toEqual([]);
      expect([await get('A'), await get('B')]).toEqual([200, 405]);
    }
    expect(await reorderPoint()).toBeNull();
    expect(await refuse('WebSocket', { query, operationName: 'B' }, operator)).toEqual([]);
    expect(await reorderPoint()).toBe(7);
  }, 30_000);

  it('leaves the gateway healthy', expectHealthy);
});
