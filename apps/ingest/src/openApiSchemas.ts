import { BUCKETS, DECISION_VERDICTS, ORDER_STAGES, QUARANTINE_REASONS, RESERVATION_STATUSES } from '@quayside/contracts';
import { EVENT_TYPES, eventSchema, orderSchema, PROBLEMS, type JsonSchema } from '@quayside/standards';

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'integer' };
const instant: JsonSchema = { type: 'string', format: 'date-time' };
const nullable = ({ type, ...rest }: JsonSchema): JsonSchema => ({ type: [type, 'null'], ...rest });
/** What is null where it depends on decisions that are made in the log only. */
const unlessDecidedLater = nullable(whole);
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
const quantitiesOf = (number: JsonSchema): JsonSchema =>
  object({ onHand: number, available: number, sellable: number, inspection: number, hold: number, damaged: number, reserved: number, version: number });
const exceptions = list(object({ kind: text, sku: nullable(text), detail: text }));
const counts = { accepted: whole, duplicates: whole, rejected: whole };
const named = nullable(object({ source: text, id: text }));
const ledgerRow = object({
  line: whole,
  ...movement,
  occurredAt: instant,
  at: { ...named, description: 'The event at whose time it stands, where that is another: the count that a late fact revises, what a void takes back.' },
  by: { ...named, description: 'The event that booked it here, where that is another.' },
});
const levelChange = object({ kind: { const: 'level' }, location: text, sku: text, version: whole, onHand: whole, available: whole });
const orderChange = object({
  kind: { const: 'order' },
  location: text,
  order: text,
  version: whole,
  stage: { type: 'string', enum: ORDER_STAGES },
  ordered: whole,
  cancelled: whole,
  rejected: whole,
  backordered: whole,
  reserved: whole,
  shipped: whole,
  overshipped: whole,
  returned: whole,
  open: whole,
});
const reservationChange = object({
  kind: { const: 'reservation' },
  location: text,
  reservation: text,
  version: whole,
  order: nullable(text),
  expiresAt: nullable(instant),
  lines: list(
    object({
      line: whole,
      sku: text,
      status: { type: 'string', enum: RESERVATION_STATUSES },
      requested: whole,
      active: whole,
      backordered: whole,
      rejected: whole,
    }),
  ),
});
const decision = object({
  verdict: {
    type: 'string',
    enum: DECISION_VERDICTS,
    description:
      'DONE: as asked. PARTLY: some of it. WAITING: later. REJECTED, STALE: without effect, with what is missing or true. NO_EFFECT: there was nothing to do.',
  },
  detail: text,
  current: list(object({ sku: text, onHand: whole })),
  shortBy: list(object({ line: whole, sku: text, quantity: whole })),
});
const stateFields = {
  status: {
    type: 'string',
    description:
      'ACCEPTED: safe in the log, not applied yet. APPLIED. QUARANTINED: waits for a person, without effect. DISMISSED: a person decided that it has none. VOIDED: taken back. TOMBSTONE: its void has come before it.',
    examples: ['ACCEPTED', 'APPLIED', 'QUARANTINED', 'DISMISSED', 'VOIDED', 'TOMBSTONE'],
  },
  note: { ...nullable(text), description: 'What the status means, where it needs words.' },
  type: nullable(text),
  location: nullable(text),
  partition: nullable(whole),
  offset: nullable(whole),
  occurredAt: nullable(instant),
  receivedAt: nullable({ ...instant, description: 'When it was safe in the log.' }),
  recordedAt: nullable(instant),
  appliedAt: nullable(instant),
  repeats: { ...whole, description: 'How often the same content came again.' },
  decision: { ...nullable(decision), description: 'Of what asks for something: what was decided.' },
  voids: { ...named, description: 'Of a void: what it takes back.' },
  voidedBy: { ...named, description: 'The void that took it back, or waits for it.' },
  ledger: list(ledgerRow),
  revisions: { ...list(ledgerRow), description: 'Rows that later records booked at its time, up to 1,000.' },
  changes: list({ oneOf: [levelChange, orderChange, reservationChange] }),
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
    Order: orderSchema(),
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
        lines: list(object({ ...movement, onHandAfter: unlessDecidedLater, availableAfter: unlessDecidedLater })),
        effect: { ...text, description: 'What it asks for, where that is decided in the log only.' },
        exceptions,
        reason: text,
        detail: text,
        problem: ref('Problem'),
      },
      ['type', 'location', 'occurredAt', 'lines', 'effect', 'exceptions', 'reason', 'detail', 'problem'],
    ),
    DryRunAnswer: object({
      dryRun: { const: true },
      status: { type: 'string', enum: ['ACCEPTED', 'PARTIALLY_ACCEPTED'] },
      ...counts,
      results: list(ref('DryRunResult')),
      levels: list(object({ location: text, sku: text, now: quantitiesOf(whole), after: quantitiesOf(unlessDecidedLater) })),
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
