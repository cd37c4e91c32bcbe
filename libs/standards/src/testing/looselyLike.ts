import { DOOR_EVENT_NAMES, type DoorEventName } from '@quayside/contracts';
import fc from 'fast-check';
import { EXAMPLE_EVENTS } from '../exampleEvents.js';

type Data = Readonly<Record<string, unknown>>;

/** Values that some field takes, and values that none does. */
const VALUES: readonly unknown[] = [
  '',
  'a',
  'DC-1',
  'hold',
  'sellable',
  'quayside:hop',
  'found',
  'BACKORDER',
  'did_not_occur',
  'SO-1001',
  'x'.repeat(257),
  '2027-01-31',
  '2027-02-30T00:00:00Z',
  '2027-01-31T00:00:00Z',
  '2027-01-31t01:02:03.123456789z',
  '2027-01-31T01:02:03-23:59',
  -1,
  0,
  1,
  2,
  3,
  1.5,
  2e9,
  true,
  null,
  [1],
  [1, 1],
  [2, 1],
];
/** Fields that some data or some line has. */
const FIELDS = [...new Set(Object.values(EXAMPLE_EVENTS).flatMap(({ data }) => [...Object.keys(data), ...linesOf(data).flatMap((line) => Object.keys(line))]))];
const MORE_FIELDS = ['bucket', 'line', 'promisedDeliverBy', 'priority', 'shipTo', 'quantity', 'serials', 'colour'];

const field = fc.constantFrom(...FIELDS, ...MORE_FIELDS);
/** One thing that is done to an object: a field set to some value, or taken away. */
const change = fc.record({ field, value: fc.constantFrom(undefined, ...VALUES) });
const changesOf = (max: number): fc.Arbitrary<readonly { readonly field: string; readonly value: unknown }[]> => fc.array(change, { maxLength: max });

/** Data of a kind of event, its example with some things changed, its lines with some things changed or sent several times; as it comes from JSON. */
export const looselyLike = (): fc.Arbitrary<{ readonly name: DoorEventName; readonly data: Data }> =>
  fc
    .record({ name: fc.constantFrom(...DOOR_EVENT_NAMES), head: changesOf(2), lines: fc.array(changesOf(2), { maxLength: 3 }), hasLines: fc.boolean() })
    .map(({ name, head, lines, hasLines }) => {
      const example: Data = EXAMPLE_EVENTS[name].data;
      const [first] = linesOf(example);
      const changed = hasLines && first !== undefined ? { ...example, lines: lines.map((changes) => apply(first, changes)) } : example;
      return { name, data: JSON.parse(JSON.stringify(apply(changed, head))) as Data };
    });

function apply(given: Data, changes: readonly { readonly field: string; readonly value: unknown }[]): Data {
  return { ...given, ...Object.fromEntries(changes.map(({ field: name, value }) => [name, value])) };
}

function linesOf({ lines }: Data): Data[] {
  return Array.isArray(lines) ? lines.filter((line): line is Data => typeof line === 'object' && line !== null) : [];
}
