import { afterAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@quayside/service';
import Fastify, { type InjectOptions } from 'fastify';
import { aSchema } from '../document/aSchema.js';
import { Documents } from '../document/documents.js';
import { refusal } from '../refusal.js';
import { serveHttp } from './serveHttp.js';

let mutations = 0;
const logged: unknown[] = [];
const schema = aSchema({
  Query: {
    health: () => ({ state: 'OK' }),
    node: () => {
      throw new Error('relation "secret" does not exist');
    },
    nodes: () => {
      throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' });
    },
    alerts: () => {
      throw refusal('BAD_USER_INPUT', '`after` is no cursor of this list');
    },
  },
  Mutation: {
    setStockPolicy: () => {
      mutations++;
      return { level: null, streamCursor: null, userErrors: [] };
    },
  },
});
const viewers: Readonly<Record<string, Viewer['roles']>> = { reader: ['READ'], operator: ['OPERATE'], admin: ['ADMIN'] };
const verify = async (authorization: string | undefined): Promise<Viewer | null> => {
  const name = authorization?.replace('Bearer ', '') ?? '';
  const roles = viewers[name];
  return roles === undefined ? null : { id: name, name, roles, locations: ['*'], expiresAt: Infinity };
};
const fastify = Fastify();
serveHttp(fastify, {
  path: '/graphql',
  documents: new Documents(schema, { compiles: true, onFault: () => {} }),
  verify,
  contextOf: () => ({}),
  log: (cause) => logged.push(cause),
  isServing: () => true,
  streams: { begin: () => {}, isFull: false },
});
afterAll(() => fastify.close());

const RESPONSE_JSON = 'application/graphql-response+json';
const HEALTH = '{ health { state } }';
const POLICY = 'mutation B { setStockPolicy(input: {item: {sku: "1"}, location: {code: "DC-1"}, reorderPoint: 1}) { streamCursor } }';

async function ask(given: { body?: unknown; url?: string; as?: string; accept?: string; type?: string }) {
  const { body, url = '/graphql', as = 'operator', accept = RESPONSE_JSON, type = 'application/json' } = given;
  const request: InjectOptions = {
    method: body === undefined ? 'GET' : 'POST',
    url,
    headers: { authorization: `Bearer ${as}`, accept, ...(body !== undefined && { 'content-type': type }) },
  };
  if (body !== undefined) request.payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fastify.inject(request);
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    allow: response.headers['allow'],
    text: response.body,
    json: JSON.parse(response.body),
  };
}
const get = (parameters: Readonly<Record<string, string>>) => `/graphql?${new URLSearchParams(parameters)}`;

describe('GraphQL over HTTP', () => {
  it('answers a query by POST and by GET, with its cost, in the media type asked for', async () => {
    for (const request of [{ body: { query: HEALTH } }, { url: get({ query: HEALTH, variables: '{}' }) }]) {
      expect(await ask(request)).toMatchObject({
        status: 200,
        type: `${RESPONSE_JSON}; charset=utf-8`,
        json: { data: { health: { state: 'OK' } }, extensions: { cost: { requested: 1 } } },
      });
      expect(await ask({ ...request, accept: 'application/json' })).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
    }
  });

  it.each([
    ['a list', [{ query: HEALTH }], 400],
    ['text', 'no json', 400],
    ['a number', 7, 400],
    ['null', 'null', 400],
    ['an object without a query', {}, 400],
    ['an object whose variables are a list', { query: HEALTH, variables: [] }, 400],
  ])('refuses %s as a body, whatever media type is asked for', async (_name, body, status) => {
    for (const accept of [RESPONSE_JSON, 'application/json']) {
      expect(await ask({ body, accept })).toMatchObject({ status, json: { errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }] } });
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    'refuses a body sent as %s',
    async (type) => {
      expect(await ask({ body: { query: HEALTH }, type })).toMatchObject({ status: 415 });
    },
  );

  it('refuses a body over 64 KiB', async () => {
    expect(await ask({ body: { query: HEALTH, variables: { x: 'y'.repeat(70_000) } } })).toMatchObject({
      status: 413,
      json: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    });
  });

  it('tells a document that is refused by its status only where the media type has one', async () => {
    const body = { query: '{ nonsense }' };
    expect(await ask({ body })).toMatchObject({ status: 400, json: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } });
    const plain = await ask({ body, accept: 'application/json' });
    expect(plain.status).toBe(200);
    expect('data' in plain.json).toBe(false);
  });

  it('never runs a mutation by GET', async () => {
    mutations = 0;
    expect(await ask({ url: get({ query: POLICY }) })).toMatchObject({ status: 405, allow: 'POST' });
    expect(await ask({ url: get({ query: `query A ${HEALTH} ${POLICY}`, operationName: 'B' }) })).toMatchObject({ status: 405 });
    expect(await ask({ url: get({ query: `query A ${HEALTH} ${POLICY}`, operationName: 'A' }) })).toMatchObject({ status: 200 });
    expect(mutations).toBe(0);
  });

  it('sends subscriptions to the socket', async () => {
    expect(await ask({ body: { query: 'subscription { stockLevelChanges { kind } }' } })).toMatchObject({ status: 400 });
  });

  it('answers 401 without a valid token, before it reads anything', async () => {
    expect(await ask({ body: 'no json', as: 'nobody' })).toMatchObject({ status: 401, json: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  });

  it('enforces @requires from the schema, and a greater role has the smaller ones', async () => {
    mutations = 0;
    expect(await ask({ body: { query: POLICY }, as: 'reader' })).toMatchObject({
      status: 403,
      json: { errors: [{ extensions: { code: 'FORBIDDEN', requires: 'OPERATE' } }] },
    });
    expect(mutations).toBe(0);
    for (const as of ['operator', 'admin']) expect(await ask({ body: { query: POLICY }, as })).toMatchObject({ status: 200 });
    expect(mutations).toBe(2);
  });

  it('masks what nobody expected, and logs it', async () => {
    logged.length = 0;
    for (const _use of [1, 2, 3]) {
      const { status, json, text } = await ask({ body: { query: '{ node(id: "x") { id } health { state } }' } });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        data: { node: null, health: { state: 'OK' } },
        errors: [{ path: ['node'], extensions: { code: 'INTERNAL', retryable: true } }],
      });
      expect(json.errors[0].extensions.requestId).toEqual(expect.any(String));
      expect(text).not.toContain('secret');
    }
    expect(logged).toHaveLength(3);
  });

  it('tells a store that is away as UNAVAILABLE, without saying which and where', async () => {
    const { status, json, text } = await ask({ body: { query: '{ nodes(ids: []) { id } }' } });
    expect(status).toBe(503);
    expect(json).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }] });
    expect(text).not.toContain('10.0.0.1');
  });

  it('passes a refusal of a resolver on and logs nothing', async () => {
    logged.length = 0;
    expect(await ask({ body: { query: '{ alerts(after: "x") { totalCount } }' } })).toMatchObject({
      status: 200,
      json: { data: null, errors: [{ message: '`after` is no cursor of this list', extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    expect(logged).toEqual([]);
  });
});
