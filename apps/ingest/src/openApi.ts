import { EVENT_TYPES, EXAMPLE_EVENTS, EXAMPLE_ORDER, PROBLEMS, type JsonSchema, type ProblemCode } from '@quayside/standards';
import { openApiSchemas, ref } from './openApiSchemas.js';

/** The OpenAPI 3.1 document of ingest. A test holds it against the routes that exist and the answers that they give. */
export function openApiDocument(): JsonSchema {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Quayside ingest',
      version: '1',
      description:
        'Takes events from warehouse systems as CloudEvents 1.0. An answer of 202 means that the log has them for good; the same event again has no second effect, so whoever gets no answer, 429 or 503 sends it again.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'events', description: 'Sending events, and what became of them.' },
      { name: 'orders', description: 'Sending orders as plain JSON.' },
      { name: 'reference', description: 'Schemas, this document, and the catalogue of problems.' },
      { name: 'operation', description: 'Health and metrics.' },
    ],
    paths: { ...eventPaths(), ...orderPaths(), ...referencePaths(), ...operationPaths() },
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, qs_…; it is limited to sources and locations.' } },
      schemas: openApiSchemas(),
    },
  };
}

const KEY_NEEDED = [{ apiKey: [] }];
const OPEN: readonly JsonSchema[] = [];

function eventPaths(): JsonSchema {
  const example = Object.fromEntries(EVENT_TYPES.map(({ type, name }) => [type, { value: EXAMPLE_EVENTS[name] }]));
  const batch = EVENT_TYPES.map(({ name }) => EXAMPLE_EVENTS[name]);
  return {
    '/v1/events': {
      post: {
        operationId: 'postEvents',
        tags: ['events'],
        summary: 'Send one event or a batch of up to 1,000.',
        description:
          'CloudEvents in structured, binary or batched mode, or lines of JSON; plain or with Content-Encoding gzip; up to 4 MiB after unpacking. Events for one location keep their order within a batch.',
        security: KEY_NEEDED,
        parameters: [
          flag('dryRun', 'Show what would happen, and write nothing.'),
          flag('atomic', 'Take all events of the batch, or none where one is refused.'),
        ],
        requestBody: {
          required: true,
          content: {
            'application/cloudevents+json': { schema: ref('Event'), examples: example },
            'application/cloudevents-batch+json': { schema: ref('EventBatch'), examples: { batch: { value: batch } } },
            'application/x-ndjson': {
              schema: { type: 'string', description: 'An event a line.' },
              examples: { lines: { value: `${batch.map((event) => JSON.stringify(event)).join('\n')}\n` } },
            },
            'application/json': { schema: { type: 'object', description: 'The data of one event, whose attributes stand in ce- headers.' } },
          },
        },
        responses: {
          200: json('What would happen (dryRun).', 'DryRunAnswer'),
          202: json('The log has all events.', 'EventsAnswer'),
          207: json('Some events are refused, each with its problem.', 'EventsAnswer'),
          ...problems([400, 401, 403, 409, 413, 415, 422, 429, 500, 503], 'BatchProblem'),
        },
      },
      get: {
        operationId: 'findEvent',
        tags: ['events'],
        summary: 'What became of an event, by query.',
        security: KEY_NEEDED,
        parameters: [identityPart('source', 'query'), identityPart('id', 'query')],
        responses: statusResponses(),
      },
    },
    '/v1/events/{source}/{id}': {
      get: {
        operationId: 'getEvent',
        tags: ['events'],
        summary: 'What became of an event.',
        security: KEY_NEEDED,
        parameters: [identityPart('source', 'path'), identityPart('id', 'path')],
        responses: statusResponses(),
      },
    },
  };
}

const statusResponses = (): JsonSchema => ({ 200: json('What is known of it.', 'EventStatus'), ...problems([400, 401, 403, 404, 429, 500, 503]) });

function orderPaths(): JsonSchema {
  return {
    '/v1/orders': {
      post: {
        operationId: 'postOrder',
        tags: ['orders'],
        summary: 'Send one order.',
        description:
          'The order becomes an event quayside.order.placed.v1 of its source, and takes the same way: what was decided of it stands at the href of the answer. The id of the event is the Idempotency-Key, or else order: and the number, so that the same order sent again has no second effect.',
        security: KEY_NEEDED,
        parameters: [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description: 'Id of the event that the order becomes; up to 256 ASCII characters.',
            schema: { type: 'string', minLength: 1, maxLength: 256 },
          },
          flag('dryRun', 'Show what would be asked for, and write nothing.'),
        ],
        requestBody: { required: true, content: { 'application/json': { schema: ref('Order'), examples: { order: { value: EXAMPLE_ORDER } } } } },
        responses: {
          200: json('What would be asked for (dryRun).', 'DryRunAnswer'),
          202: json('The log has it.', 'EventsAnswer'),
          ...problems([400, 401, 403, 409, 413, 415, 422, 429, 500, 503]),
        },
      },
    },
  };
}

function referencePaths(): JsonSchema {
  return {
    '/v1/schemas': {
      get: {
        operationId: 'listSchemas',
        tags: ['reference'],
        summary: 'The types of events that are taken.',
        security: OPEN,
        responses: { 200: json('The types.', 'SchemaList'), ...problems([503]) },
      },
    },
    '/v1/schemas/{type}': {
      get: {
        operationId: 'getSchema',
        tags: ['reference'],
        summary: 'The JSON Schema of one type of event, with an example.',
        security: OPEN,
        parameters: [{ name: 'type', in: 'path', required: true, schema: { type: 'string' }, example: EVENT_TYPES[0]?.type }],
        responses: {
          200: { description: 'JSON Schema 2020-12.', content: { 'application/schema+json': { schema: { type: 'object' } } } },
          ...problems([404, 503]),
        },
      },
    },
    '/openapi.json': page('getOpenApi', 'This document.', 'application/json', { type: 'object' }),
    '/docs': page('getDocs', 'This document as a page to try it out; loads nothing from outside.', 'text/html'),
    '/problems': page('listProblems', 'All problems that are answered, as a page.', 'text/html'),
    '/problems/{code}': {
      get: {
        operationId: 'getProblem',
        tags: ['reference'],
        summary: 'What a problem means, with an example and what to do.',
        security: OPEN,
        parameters: [{ name: 'code', in: 'path', required: true, schema: { type: 'string', enum: Object.keys(PROBLEMS) } }],
        responses: { 200: { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } }, ...problems([404, 503]) },
      },
    },
  };
}

function operationPaths(): JsonSchema {
  const health = (operationId: string, summary: string): JsonSchema => ({
    get: {
      operationId,
      tags: ['operation'],
      summary,
      security: OPEN,
      responses: {
        200: json('Ready.', 'Health'),
        503: { description: 'Not ready, with the reason for each part.', content: { 'application/json': { schema: ref('Health') } } },
      },
    },
  });
  return {
    '/health/live': {
      get: {
        operationId: 'isLive',
        tags: ['operation'],
        summary: 'Whether the process runs.',
        security: OPEN,
        responses: { 200: { description: 'It does.', content: { 'application/json': { schema: { type: 'object' } } } } },
      },
    },
    '/health/ready': health('isReady', 'Whether it can take events.'),
    '/health': health('getHealth', 'The same as /health/ready.'),
    '/metrics': {
      get: {
        operationId: 'getMetrics',
        tags: ['operation'],
        summary: 'Figures for Prometheus.',
        security: OPEN,
        responses: { 200: { description: 'The figures.', content: { 'text/plain': { schema: { type: 'string' } } } } },
      },
    },
  };
}

function page(operationId: string, summary: string, contentType: string, schema: JsonSchema = { type: 'string' }): JsonSchema {
  return {
    get: {
      operationId,
      tags: ['reference'],
      summary,
      security: OPEN,
      responses: { 200: { description: summary, content: { [contentType]: { schema } } }, ...problems([503]) },
    },
  };
}

const flag = (name: string, description: string): JsonSchema => ({
  name,
  in: 'query',
  required: false,
  description,
  schema: { type: 'boolean', default: false },
});
const identityPart = (name: 'source' | 'id', place: 'path' | 'query'): JsonSchema => ({
  name,
  in: place,
  required: true,
  description: place === 'path' ? 'Percent-encoded, a slash too.' : 'As in the event.',
  schema: { type: 'string', minLength: 1, maxLength: 256 },
  example: name === 'source' ? '/wms/dc-1' : 'ship-981',
});

const json = (description: string, schema: string): JsonSchema => ({ description, content: { 'application/json': { schema: ref(schema) } } });

/** One response for each status, naming the problems of the catalogue that have it. */
function problems(statuses: readonly number[], schema = 'Problem'): JsonSchema {
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(status, schema)]));
}

function problemResponse(status: number, schema: string): JsonSchema {
  const codes = (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => PROBLEMS[code].status === status);
  const headers = HEADERS_OF_STATUS[status];
  return {
    description: `Refused: ${codes.map((code) => `${code} (${PROBLEMS[code].title.toLowerCase()})`).join(', ')}.`,
    ...(headers === undefined ? {} : { headers }),
    content: { 'application/problem+json': { schema: ref(schema) } },
  };
}

const header = (description: string): JsonSchema => ({ description, schema: { type: 'string' } });
const HEADERS_OF_STATUS: Readonly<Record<number, JsonSchema>> = {
  401: { 'WWW-Authenticate': header('Bearer') },
  429: {
    'Retry-After': header('Seconds after which there is room again.'),
    RateLimit: header('Which limit is used up.'),
    'RateLimit-Policy': header('Its quota and window.'),
  },
  503: { 'Retry-After': header('Seconds after which to send the same again.') },
};
