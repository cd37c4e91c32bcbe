import { DOOR_EVENT_NAMES, wireType, type DoorEventName } from '@quayside/contracts';
import { z } from 'zod';
import { ID_CHARACTERS_MAX } from './cloudEvent.js';
import { DOOR_DATA } from './doorData.js';
import { EXAMPLE_EVENTS, EXAMPLE_ORDER } from './exampleEvents.js';

/** A JSON Schema (2020-12) as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const EFFECTS: Readonly<Record<DoorEventName, string>> = {
  'stock.received': 'Goods arrived at a location. Each line adds its quantity to a bucket: its own, else the condition, else sellable.',
  'stock.shipped':
    'Goods left a location. Each line takes its quantity from a bucket: its own, else sellable. With an order it uses up what is promised to it. Facts are applied even where they make stock negative.',
  'stock.moved': 'Goods went from one location to another, which differ. Each line takes its quantity from the first and adds it to the second.',
  'stock.adjusted': 'Stock was found to be different. Each line changes a bucket by its delta; openingBalance is how a first stock is loaded.',
  'stock.returned': 'Goods came back. Each line adds its quantity to a bucket: its own, else the condition, else inspection.',
  'stock.counted':
    'What was found there: each sku, bucket and lot (or none) once. The difference to what was known as of its time is booked at its time; what becomes known later about the time before is taken into account. complete: what is known of a sku and bucket named here, and not itself named, was found to be 0.',
  'stock.dispositionChanged': 'Goods were put from one bucket into another, which differ; on hand stays.',
  'adjustment.requested':
    'Asks for an adjustment that is made whole, and only while each level has the on hand that its line expects; else it is refused as STALE, with what is true.',
  'order.placed':
    'Somebody orders. Each line asks for stock by the policy: BACKORDER (the default) takes what is there and lets the rest wait, PARTIAL refuses the rest, ALL_OR_NOTHING waits until all is there. A number identifies a line; lines without one are numbered by their place.',
  'order.amended':
    'An order is changed: new ordered quantities of lines (0 for none; a new number is a new line), new promises, or both, one at least. More asks for the difference, less gives it back; what is shipped stays.',
  'order.cancelled': 'An order, or the lines of it that are numbered here, are not wanted any more: what is not shipped is given back.',
  'order.held': 'An order is not to be shipped for now.',
  'order.holdReleased': 'A held order may be shipped again.',
  'reservation.requested':
    'Asks for stock to be held, until expiresAt where that is given, by the policy: ALL_OR_NOTHING (the default), PARTIAL or BACKORDER. Decided once, where it stands in the log. With an order, the stock is handed over when the order comes.',
  'reservation.released': 'A reservation is given back: all of it, one line of it, at most a quantity of it; what waits first.',
  'reservation.extended': 'A reservation holds until another time.',
  'event.voided':
    'Takes back what an event at this location did, at its own time: it did not occur, or its data are incorrect. Data name the event by source and id; before it, the void waits for it. Facts about goods and counts can be taken back.',
};

/** Names of the event types that the door takes, as they stand on the wire, with what each one says. */
export const EVENT_TYPES: readonly { readonly type: string; readonly name: DoorEventName; readonly description: string }[] = DOOR_EVENT_NAMES.map((name) => ({
  type: wireType(name),
  name,
  description: EFFECTS[name],
}));

/**
 * The schema of one type of event as the outside world needs it: the whole CloudEvent with its data, and an example. It says what JSON
 * Schema can say; what it cannot (that a date exists, that two locations differ) stands in the descriptions, and the door checks it.
 */
export function eventSchema(name: DoorEventName): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: wireType(name),
    description: EFFECTS[name],
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'data'],
    properties: { ...ATTRIBUTES, type: { const: wireType(name) }, data: dataSchema(name) },
    propertyNames: { pattern: '^[a-z0-9]+$' },
    additionalProperties: { description: 'Extension attributes; they are kept and take no part in the content.', type: ['string', 'boolean', 'integer'] },
    examples: [EXAMPLE_EVENTS[name]],
  };
}

/** The schema of an order at `/v1/orders`: the data of its event beside the source and the time, which there are the event's own. */
export function orderSchema(): JsonSchema {
  const { properties, required, ...schema } = dataSchema('order.placed');
  return {
    ...schema,
    description: `An order as one JSON object; it becomes ${wireType('order.placed')}. ${EFFECTS['order.placed']}`,
    required: ['source', ...(required as readonly string[])],
    properties: { source: ATTRIBUTES.source, placedAt: { ...ATTRIBUTES.time, description: PLACED_AT }, ...(properties as JsonSchema) },
    examples: [EXAMPLE_ORDER],
  };
}

const PLACED_AT = 'When it was placed, with its zone; absent: when it was received.';

const ATTRIBUTES = {
  specversion: { const: '1.0' },
  id: {
    description: 'With source, identifies the event for ever: the same again has no second effect.',
    type: 'string',
    minLength: 1,
    maxLength: ID_CHARACTERS_MAX,
  },
  source: {
    description: 'The system that reports, as a URI reference. It neither begins with quayside: nor contains |.',
    type: 'string',
    format: 'uri-reference',
    minLength: 1,
    maxLength: ID_CHARACTERS_MAX,
    not: { pattern: '^[qQ][uU][aA][yY][sS][iI][dD][eE]:|\\|' },
  },
  time: { description: 'When it happened, with its zone; absent: when it was received.', type: 'string', format: 'date-time' },
  subject: { type: 'string', minLength: 1 },
  datacontenttype: { type: 'string', pattern: '^[^;]*[/+][jJ][sS][oO][nN]\\s*(;|$)' },
  dataschema: { type: 'string', minLength: 1 },
  sequence: {
    description: 'Orders facts of one source with the same time; a gap in it can be seen.',
    anyOf: [
      { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$' },
    ],
  },
} as const;

/** Formats of our own, in words that every validator knows. */
const WORLD_FORMATS: Readonly<Record<string, JsonSchema>> = {
  'quayside-instant': { type: 'string', format: 'date-time' },
  'quayside-day-or-instant': { type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }] },
};

function dataSchema(name: DoorEventName): JsonSchema {
  const { $schema: _outer, ...schema } = z.toJSONSchema(DOOR_DATA[name]);
  return withWorldFormats(schema);
}

function withWorldFormats(schema: Readonly<Record<string, unknown>>): JsonSchema {
  const { format, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inWorldFormats(value)]));
  const known = typeof format === 'string' ? WORLD_FORMATS[format] : undefined;
  return known === undefined ? (format === undefined ? rest : { ...rest, format }) : { ...rest, ...known };
}

function inWorldFormats(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(inWorldFormats);
  return typeof part === 'object' && part !== null ? withWorldFormats(part as Record<string, unknown>) : part;
}
