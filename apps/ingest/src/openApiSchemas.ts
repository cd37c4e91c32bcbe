import { BUCKETS, QUARANTINE_REASONS } from '@quayside/contracts';
import { EVENT_TYPES, eventSchema, PROBLEMS, type JsonSchema } from '@quayside/standards';

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'integer' };
const instant: JsonSchema = { type: 'string', format: 'date-time' };
const nullable = ({ type, ...rest }: JsonSchema): JsonSchema => ({ type: [type, 'null'], ...rest });
export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

/** An object whose fields are all there, unless they are named as optional. */
function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', required: Object.keys(properties).filter((key) => !optional.includes(key)), properties };
}

/** Component name of an event type's schema. */
const eventComponent = (name: string): string =>
  name
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const eventIdentity = { id: nullable(text), source: nullable(text) };
const bucket: JsonSchema = { type: 'string', enum: BUCKETS };
const problemFields = {
  type: {
    type: 'string',
    format: 'uri-reference',
    description: 'Leads to the page of the problem.',
    enum: Object.keys(PROBLEMS).map((code) => `/problems/${code}`),
  },
  title: text,
  status: whole,
  detail: text,
  pointer: { type: 'string', description: 'JSON pointer into the event.' },
  value: { type: ['string', 'number', 'boolean', 'null'], description: 'The value that is refused, where it is short.' },
  fix: { type: 'string', description: 'What to do about it.' },
  requestId: { type: 'string', description: 'Finds the request in the logs.' },
};
const movement = {
  location: text,
  sku: text,
  lot: nullable(text),
  bucket,
  kind: text,
  delta: whole,
  onHandAfter: whole,
  availableAfter: whole,
  late: { type: 'boolean', description: 'A newer fact of the same level had been applied before.' },
};
const quantities = object({
  onHand: whole,
  available: whole,
  sellable: whole,
  inspection: whole,
  hold: whole,
  damaged: whole,
  reserved: whole,
  version: whole,
});
const exceptions = list(object({ kind: text, sku: nullable(text), detail: text }));
const counts = { accepted: whole, duplicates: whole, rejected: whole };
const ledgerRow = object({ line: whole, ...movement, occurredAt: instant });
const stateFields = {
  status: {
    type: 'string',
    description: 'ACCEPTED: safe in the log, not applied yet. APPLIED. QUARANTINED: waits for a person, without effect.',
    examples: ['ACCEPTED', 'APPLIED', 'QUARANTINED'],
  },
  type: nullable(text),
  location: nullable(text),
  partition: nullable(whole),
  offset: nullable(whole),
  occurredAt: nullable(instant),
  receivedAt: nullable({ ...instant, description: 'When it was safe in the log.' }),
  recordedAt: nullable(instant),
  appliedAt: nullable(instant),
  repeats: { ...whole, description: 'How often the same content came again.' },
  ledger: list(ledgerRow),
  changes: list(object({ kind: text, location: text, sku: text, version: whole, onHand: whole, available: whole })),
  hops: list(object({ location: text, status: { ...text, description: 'UNDERWAY until the other location has it.' }, ledger: list(ledgerRow) })),
  exceptions,
  quarantined: list(object({ offset: whole, reason: { type: 'string', examples: QUARANTINE_REASONS }, detail: text, state: text, recordedAt: instant })),
};

/** `components.schemas` of the OpenAPI document. */
export function openApiSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    ...Object.fromEntries(EVENT_TYPES.map(({ name }) => [eventComponent(name), withoutDialect(eventSchema(name))])),
    Event: {
      description: 'A CloudEvent 1.0 of one of the types at /v1/schemas.',
      oneOf: EVENT_TYPES.map(({ name }) => ref(eventComponent(name))),
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries(EVENT_TYPES.map(({ type, name }) => [type, `#/components/schemas/${eventComponent(name)}`])),
      },
    },
    EventBatch: { ...list(ref('Event')), minItems: 1, maxItems: 1_000 },
    Problem: object(problemFields, ['pointer', 'value']),
    BatchProblem: object({ ...problemFields, results: list(ref('EventResult')) }, ['pointer', 'value', 'results']),
    EventResult: object(
      {
        index: whole,
        ...eventIdentity,
        status: { type: 'string', enum: ['ACCEPTED', 'DUPLICATE', 'REJECTED'] },
        href: { type: 'string', format: 'uri-reference', description: 'Where its status is found.' },
        problem: ref('Problem'),
      },
      ['href', 'problem'],
    ),
    EventsAnswer: object({ status: { type: 'string', enum: ['ACCEPTED', 'PARTIALLY_ACCEPTED'] }, ...counts, results: list(ref('EventResult')) }),
    DryRunResult: object(
      {
        index: whole,
        ...eventIdentity,
        status: { type: 'string', enum: ['ACCEPTED', 'DUPLICATE', 'REJECTED', 'QUARANTINED'] },
        type: text,
        location: text,
        occurredAt: instant,
        lines: list(object(movement)),
        exceptions,
        reason: text,
        detail: text,
        problem: ref('Problem'),
      },
      ['type', 'location', 'occurredAt', 'lines', 'exceptions', 'reason', 'detail', 'problem'],
    ),
    DryRunAnswer: object({
      dryRun: { const: true },
      status: { type: 'string', enum: ['ACCEPTED', 'PARTIALLY_ACCEPTED'] },
      ...counts,
      results: list(ref('DryRunResult')),
      levels: list(object({ location: text, sku: text, now: quantities, after: quantities })),
    }),
    EventStatus: object({
      source: text,
      id: text,
      href: { type: 'string', format: 'uri-reference' },
      ...stateFields,
      acceptedAt: nullable({ ...instant, description: 'When this process acknowledged it, where it remembers.' }),
      elsewhere: { ...list(object(stateFields)), description: 'The same id sent for other locations: a fault of its sender.' },
    }),
    SchemaList: object({ schemas: list(object({ type: text, description: text, href: { type: 'string', format: 'uri-reference' } })) }),
    Health: { type: 'object', required: ['service', 'ready'], properties: { service: text, ready: { type: 'boolean' }, parts: { type: 'object' } } },
  };
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}
