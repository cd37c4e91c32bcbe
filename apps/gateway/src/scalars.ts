import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { decodeStreamCursor } from './feeds/streamCursor.js';
import { readInstant } from './readInstant.js';

/** The SDL's own scalars. Times are milliseconds inside and RFC 3339 on the wire. */
export const SCALARS = {
  DateTime: new GraphQLScalarType<number, string>({
    name: 'DateTime',
    specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
    serialize: (value) => new Date(number(value, 'an instant')).toISOString(),
    parseValue: (value) =>
      checked(typeof value === 'string' ? readInstant(value) : null, 'DateTime', 'RFC 3339 with a time zone, e.g. 2026-11-22T13:04:05.123Z'),
  }),
  Duration: new GraphQLScalarType<string, string>({
    name: 'Duration',
    specifiedByURL: 'https://www.iso.org/standard/70907.html',
    serialize: (value) => String(value),
    parseValue: (value) => checked(typeof value === 'string' && DURATION.test(value) ? value : null, 'Duration', 'ISO 8601, e.g. PT15M'),
  }),
  Quantity: new GraphQLScalarType<number, number>({
    name: 'Quantity',
    serialize: (value) => number(value, 'a quantity'),
    parseValue: (value) => checked(typeof value === 'number' && Number.isSafeInteger(value) ? value : null, 'Quantity', 'a whole number up to 2^53 - 1'),
    parseLiteral: (node) => checked(integerOf(node), 'Quantity', 'a whole number up to 2^53 - 1'),
  }),
  Cursor: new GraphQLScalarType<string, string>({
    name: 'Cursor',
    serialize: (value) => String(value),
    parseValue: (value) =>
      checked(typeof value === 'string' && decodeStreamCursor(value) !== null ? value : null, 'Cursor', 'a cursor that this API has given out'),
  }),
  JSON: new GraphQLScalarType<unknown, unknown>({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: (node) => valueFromASTUntyped(node),
  }),
};

const DURATION = /^P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;

/** What we serialise comes from our own stores: anything but a safe integer is a fault of ours. */
function number(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Error(`${JSON.stringify(value)} was to be served as ${what}`);
}

function checked<T>(value: T | null, scalar: string, expected: string): T {
  if (value === null) throw new GraphQLError(`${scalar} is expected as ${expected}`, { extensions: { code: 'BAD_USER_INPUT' } });
  return value;
}

function integerOf(node: ValueNode): number | null {
  const value = node.kind === Kind.INT ? Number(node.value) : null;
  return value !== null && Number.isSafeInteger(value) ? value : null;
}
