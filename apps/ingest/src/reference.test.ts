import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyLevel, NOTHING_PROMISED, summarizeOrder, type Cause, type Change, type Order, type Reservation } from '@quayside/contracts';
import { EVENT_TYPES, EXAMPLE_EVENTS, EXAMPLE_ORDER } from '@quayside/standards';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { openApiDocument } from './openApi.js';
import { anEventStatus } from './testing/anEventStatus.js';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';

const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => void;
const event = EXAMPLE_EVENTS['stock.shipped'];
type Json = Record<string, unknown>;
const document = JSON.parse(JSON.stringify(openApiDocument())) as {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Json }>; security: unknown[] }>>;
  components: { schemas: Json };
};

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await openIngest({ rates: { requestsPerS: 1_000_000, eventsPerS: 1_000_000 } });
});
afterAll(() => ingest.close());

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });
  addFormats(ajv);
  for (const keyword of ['x-different', 'x-counted-once', 'x-line-once', 'discriminator', 'example']) ajv.addKeyword(keyword);
  return ajv;
}

describe('/v1/schemas', () => {
  it('lists every type that the door takes, each with a schema that takes its example and refuses another type’s', async () => {
    const list = (await ingest.app.inject('/v1/schemas')).json() as { schemas: { type: string; href: string }[] };
    expect(list.schemas.map(({ type }) => type)).toEqual(EVENT_TYPES.map(({ type }) => type));
    for (const { href, type } of list.schemas) {
      const answer = await ingest.app.inject(href);
      expect(answer.headers['content-type']).toBe('application/schema+json; charset=utf-8');
      const schema = answer.json() as { $schema: string; examples: object[] };
      expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
      const validate = newAjv().compile(schema);
      expect(schema.examples).toHaveLength(1);
      for (const example of Object.values(EXAMPLE_EVENTS)) expect([example.type, validate(example)]).toEqual([example.type, example.type === type]);
      expect(validate({ ...schema.examples[0], time: 'yesterday' })).toBe(false);
      expect(validate({ ...schema.examples[0], source: 'quayside:x' })).toBe(false);
    }
  });

  it('answers a type that there is not with a problem', async () => {
    const answer = await ingest.app.inject('/v1/schemas/quayside.stock.teleported.v1');
    expect([answer.statusCode, answer.json().type]).toEqual([404, '/problems/not-found']);
  });
});

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const served = (await ingest.app.inject('/openapi.json')).json() as object;
    expect(served).toEqual(document);
    const validator = new Validator();
    expect(await validator.validate(served)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every path of ingest, and none that there is not', () => {
    const fastify = ingest.app.getHttpAdapter().getInstance();
    const isMine = (path: string): boolean => !path.startsWith('/health') && path !== '/metrics';
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const url = path.replace(/\{(\w+)\}/g, ':$1');
        if (isMine(path)) expect([path, fastify.hasRoute({ url, method: method.toUpperCase() as 'GET' })]).toEqual([path, true]);
      }
    }
    const routes = fastify.printRoutes({ commonPrefix: false });
    for (const segment of ['v1/events', ':source', 'v1/orders', 'v1/schemas', 'openapi.json', 'docs', 'problems']) expect(routes).toContain(segment);
  });

  it('names each operation once, and says of each whether a key is needed', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods)) as unknown as { operationId: string; security: unknown }[];
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { security } of operations) expect(security).toBeDefined();
  });

  const post = (body: unknown, more: { query?: string; type?: string; key?: string } = {}) =>
    ingest.app.inject({
      method: 'POST',
      url: `/v1/events${more.query ?? ''}`,
      payload: typeof body === 'string' ? body : JSON.stringify(body),
      headers: {
        authorization: `Bearer ${more.key ?? KEYS.full}`,
        'content-type': more.type ?? (Array.isArray(body) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json'),
      },
    });
  const postOrder = (order: object, query = '') =>
    ingest.app.inject({
      method: 'POST',
      url: `/v1/orders${query}`,
      payload: JSON.stringify(order),
      headers: { authorization: `Bearer ${KEYS.full}`, 'content-type': 'application/json' },
    });
  const get = (url: string, key: string = KEYS.full) => ingest.app.inject({ url, headers: { authorization: `Bearer ${key}` } });

  it.each<[string, string, 'post' | 'get', () => ReturnType<typeof post>, number]>([
    ['one event', '/v1/events', 'post', () => post(event), 202],
    ['a repeat', '/v1/events', 'post', () => post([event, event]), 202],
    [
      'a mixed batch',
      '/v1/events',
      'post',
      () =>
        post([
          { ...event, id: 'm' },
          { ...event, id: '' },
        ]),
      207,
    ],
    [
      'a dry run',
      '/v1/events',
      'post',
      () => post([{ ...event, id: 'd' }, event, 7, { ...event, id: 'f', time: '2199-01-01T00:00:00Z' }], { query: '?dryRun=true' }),
      200,
    ],
    ['a dry run of all kinds', '/v1/events', 'post', () => post(Object.values(EXAMPLE_EVENTS), { query: '?dryRun=true' }), 200],
    ['an order', '/v1/orders', 'post', () => postOrder(EXAMPLE_ORDER), 202],
    ['an order tried out', '/v1/orders', 'post', () => postOrder({ ...EXAMPLE_ORDER, order: 'SO-2' }, '?dryRun=true'), 200],
    ['an order that is known otherwise', '/v1/orders', 'post', () => postOrder({ ...EXAMPLE_ORDER, priority: 9 }), 409],
    ['a bad order', '/v1/orders', 'post', () => postOrder({}), 422],
    ['an empty body', '/v1/events', 'post', () => post(''), 400],
    ['no key', '/v1/events', 'post', () => post(event, { key: 'x' }), 401],
    ['another’s source', '/v1/events', 'post', () => post({ ...event, source: '/x' }, { key: KEYS.scoped }), 403],
    ['a conflict', '/v1/events', 'post', () => post({ ...event, time: '2026-01-01T00:00:00Z' }), 409],
    ['too many', '/v1/events', 'post', () => post(Array(1_001).fill(1)), 413],
    ['another type', '/v1/events', 'post', () => post(event, { type: 'text/plain' }), 415],
    [
      'a bad batch',
      '/v1/events',
      'post',
      () =>
        post([
          { ...event, id: '' },
          { ...event, id: '' },
        ]),
      422,
    ],
    ['what was accepted', '/v1/events/{source}/{id}', 'get', () => get('/v1/events/%2Fwms%2Fdc-1/ship-981'), 200],
    [
      'what was applied',
      '/v1/events',
      'get',
      () => {
        const hops = [{ location: 'DC-2', state: 'APPLIED', movements: anEventStatus().movements }];
        for (const location of ['DC-1', 'DC-3'])
          ingest.store.events.push({
            source: '/wms',
            id: 's',
            ...anEventStatus({
              location,
              changes: CHANGES,
              voids: { source: '/wms', id: 'v' },
              voidedBy: { source: '/wms', id: 'w', recordedAt: 1 },
              revisions: anEventStatus().movements.map((row) => ({ ...row, by: { source: '/wms', id: 'w' } })),
              hops,
              quarantined: [{ offset: 1, reason: 'ID_CONFLICT', detail: '', state: 'WAITING', recordedAt: 1 }],
            }),
          });
        return get('/v1/events?source=%2Fwms&id=s');
      },
      200,
    ],
    ['what nobody knows', '/v1/events/{source}/{id}', 'get', () => get('/v1/events/a/b'), 404],
    ['the list of schemas', '/v1/schemas', 'get', () => get('/v1/schemas'), 200],
  ])('describes the answer to %s', async (_case, path, method, ask, status) => {
    const answer = await ask();
    expect([answer.statusCode, answer.body.slice(0, 300)]).toEqual([status, expect.anything()]);
    const response = document.paths[path]?.[method]?.responses[String(status)];
    const contentType = String(answer.headers['content-type']).split(';')[0] ?? '';
    const described = response?.content?.[contentType] as { schema: Json } | undefined;
    expect([contentType, described !== undefined]).toEqual([contentType, true]);
    // Closed: a field that is answered and not described is found too.
    const schema = closed({ ...described?.schema, components: document.components });
    const validate = newAjv()
      .addKeyword('components')
      .compile(schema as Json);
    expect([validate(answer.json()), validate.errors]).toEqual([true, null]);
  });
});

const CAUSE: Cause = { source: '', id: '', name: 'stock.shipped', occurredAt: 0, receivedAt: 0 };
const ORDER: Order = {
  location: 'DC-1',
  number: 'SO-1',
  source: '/shop',
  customer: null,
  shipTo: null,
  priority: 0,
  policy: 'BACKORDER',
  placedAt: 1,
  place: 1,
  promisedShipBy: null,
  promisedDeliverBy: null,
  isHeld: false,
  stage: 'RESERVED',
  lines: [{ ...NOTHING_PROMISED, line: 1, sku: 'A', ordered: 1, requested: 1, confirmed: 1, active: 1, cancelled: 0, shipped: 0, overshipped: 0, returned: 0 }],
  early: null,
  version: 1,
  updatedAt: 1,
};
const RESERVATION: Reservation = {
  location: 'DC-1',
  reference: 'R-1',
  source: '/shop',
  order: null,
  policy: 'PARTIAL',
  expiresAt: 5,
  expiryOffset: 1,
  place: 1,
  lines: [{ ...NOTHING_PROMISED, line: 1, sku: 'A', requested: 2, confirmed: 1, active: 1, rejected: 1 }],
  decidedAt: 1,
  version: 1,
  updatedAt: 1,
};
/** One of each kind. */
const CHANGES: readonly Change[] = [
  { kind: 'level', level: { ...emptyLevel('DC-1', 'A'), sellable: 1, version: 3 }, cause: CAUSE },
  { kind: 'order', order: summarizeOrder(ORDER), cause: CAUSE },
  { kind: 'reservation', reservation: RESERVATION, cause: CAUSE },
  {
    kind: 'decision',
    location: 'DC-1',
    verdict: 'PARTLY',
    detail: 'd',
    current: [{ sku: 'A', onHand: 1 }],
    shortBy: [{ line: 1, sku: 'A', quantity: 1 }],
    cause: CAUSE,
  },
];

/** Every described object without room for other fields; events are left as they are. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return copy['type'] === 'object' && copy['properties'] !== undefined && copy['additionalProperties'] === undefined
    ? { ...copy, additionalProperties: false }
    : copy;
}

describe('/docs', () => {
  it('is a page that may load nothing but what is served here, and finds all of it', async () => {
    const page = await ingest.app.inject('/docs');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).not.toMatch(/https?:|\*/);
    expect(page.body).not.toMatch(/https?:|<script>|\/\/[a-z]/);
    const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(assets).toHaveLength(4);
    for (const asset of assets) expect([asset, (await ingest.app.inject(asset)).statusCode]).toEqual([asset, 200]);
    expect((await ingest.app.inject('/docs/start.js')).body).toContain('/openapi.json');
  });
});
