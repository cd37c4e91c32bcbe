import { STOCK_EVENT_NAMES, wireType, type StockEventName } from '@quayside/contracts';
import { z } from 'zod';
import { ID_CHARACTERS_MAX } from './cloudEvent.js';
import { EXAMPLE_EVENTS } from './exampleEvents.js';
import { STOCK_DATA } from './stockData.js';

/** A JSON Schema (2020-12) as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const EFFECTS: Readonly<Record<StockEventName, string>> = {
  'stock.received': 'Goods arrived at a location. Each line adds its quantity to a bucket: its own, else the condition, else sellable.',
  'stock.shipped':
    'Goods left a location. Each line takes its quantity from a bucket: its own, else sellable. Facts are applied even where they make stock negative.',
  'stock.adjusted': 'Stock was found to be different. Each line changes a bucket by its delta; openingBalance is how a first stock is loaded.',
  'stock.returned': 'Goods came back. Each line adds its quantity to a bucket: its own, else the condition, else inspection.',
  'stock.moved': 'Goods went from one location to another, which differ. Each line takes its quantity from the first and adds it to the second.',
};

/** Names of the event types that the door takes, as they stand on the wire, with what each one says. */
export const EVENT_TYPES: readonly { readonly type: string; readonly name: StockEventName; readonly description: string }[] = STOCK_EVENT_NAMES.map((name) => ({
  type: wireType(name),
  name,
  description: EFFECTS[name],
}));

/**
 * The schema of one type of event as the outside world needs it: the whole CloudEvent with its data, and an example. It says what JSON
 * Schema can say; what it cannot (that a date exists, that two locations differ) stands in the descriptions, and the door checks it.
 */
export function eventSchema(name: StockEventName): JsonSchema {
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

const ATTRIBUTES: JsonSchema = {
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
};

/** Formats of our own, in words that every validator knows. */
const WORLD_FORMATS: Readonly<Record<string, JsonSchema>> = {
  'quayside-instant': { type: 'string', format: 'date-time' },
  'quayside-day-or-instant': { type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }] },
};

function dataSchema(name: StockEventName): unknown {
  const { $schema: _outer, ...schema } = z.toJSONSchema(STOCK_DATA[name]);
  return withWorldFormats(schema);
}

function withWorldFormats(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withWorldFormats);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { format, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withWorldFormats(value)]));
  const known = typeof format === 'string' ? WORLD_FORMATS[format] : undefined;
  return known === undefined ? (format === undefined ? rest : { ...rest, format }) : { ...rest, ...known };
}
