import { STOCK_EVENT_NAMES, type StockEventName } from '@quayside/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refuseEventData } from './eventData.js';
import { EXAMPLE_EVENTS } from './exampleEvents.js';
import { LINES_MAX, STOCK_DATA } from './stockData.js';

type Data = Record<string, unknown>;
const shipped = (more: Data): Data => ({ ...EXAMPLE_EVENTS['stock.shipped'].data, ...more });
const line = (more: Data): Data => shipped({ lines: [{ sku: '10002', quantity: 3, ...more }] });
const adjusted = (delta: unknown): Data => ({ ...EXAMPLE_EVENTS['stock.adjusted'].data, lines: [{ sku: '10002', delta }] });

describe('refuseEventData', () => {
  it.each(STOCK_EVENT_NAMES.map((name) => [name]))('takes the example of %s', (name) => {
    expect(refuseEventData(name, EXAMPLE_EVENTS[name].data)).toBeNull();
  });

  it('takes every field of a line that the model has', () => {
    expect(
      refuseEventData('stock.shipped', line({ line: 2, lot: 'L', expiresAt: '2027-01-31T00:00:00Z', serials: ['a', 'b', 'c'], bucket: 'hold' })),
    ).toBeNull();
    expect(refuseEventData('stock.adjusted', adjusted(-5))).toBeNull();
  });

  const LINE = '/data/lines/0';
  it.each<[string, StockEventName, Data, string, string]>([
    ['no location', 'stock.shipped', shipped({ location: undefined }), 'required', '/data/location'],
    ['an empty location', 'stock.shipped', shipped({ location: '' }), 'empty', '/data/location'],
    ['a location of 257 characters', 'stock.shipped', shipped({ location: 'x'.repeat(257) }), 'too-long', '/data/location'],
    ['no lines', 'stock.shipped', shipped({ lines: undefined }), 'required', '/data/lines'],
    ['an empty list of lines', 'stock.shipped', shipped({ lines: [] }), 'no-lines', '/data/lines'],
    ['lines that are no list', 'stock.shipped', shipped({ lines: {} }), 'wrong-type', '/data/lines'],
    [
      'too many lines',
      'stock.shipped',
      shipped({ lines: Array.from({ length: LINES_MAX + 1 }, () => ({ sku: 'a', quantity: 1 })) }),
      'too-many-lines',
      '/data/lines',
    ],
    ['a line that is no object', 'stock.shipped', shipped({ lines: ['10002'] }), 'wrong-type', LINE],
    ['an unknown field', 'stock.shipped', shipped({ colour: 'red' }), 'unknown-field', '/data/colour'],
    ['an unknown field of a line', 'stock.shipped', line({ quantiti: 5 }), 'unknown-field', `${LINE}/quantiti`],
    ['a delta in a shipment', 'stock.shipped', line({ delta: 5 }), 'unknown-field', `${LINE}/delta`],
    ['a uom', 'stock.shipped', line({ uom: 'BOX' }), 'not-supported', `${LINE}/uom`],
    ['a gtin in the place of the sku', 'stock.shipped', shipped({ lines: [{ gtin: '4006381333931', quantity: 1 }] }), 'not-supported', `${LINE}/gtin`],
    ['a destination', 'stock.shipped', shipped({ destination: 'DC-2' }), 'not-supported', '/data/destination'],
    ['no sku', 'stock.shipped', line({ sku: undefined }), 'required', `${LINE}/sku`],
    ['a sku that is a number', 'stock.shipped', line({ sku: 10002 }), 'wrong-type', `${LINE}/sku`],
    ['a quantity that is text', 'stock.shipped', line({ quantity: '5' }), 'wrong-type', `${LINE}/quantity`],
    ['a quantity that is not whole', 'stock.shipped', line({ quantity: 1.5 }), 'not-whole', `${LINE}/quantity`],
    ['a quantity of 0', 'stock.received', line({ quantity: 0, order: undefined }), 'must-be-positive', `${LINE}/quantity`],
    ['a negative quantity', 'stock.shipped', line({ quantity: -5 }), 'must-be-positive', `${LINE}/quantity`],
    ['a quantity over 10^9', 'stock.shipped', line({ quantity: 1_000_000_001 }), 'number-out-of-range', `${LINE}/quantity`],
    ['a delta of 0', 'stock.adjusted', adjusted(0), 'must-not-be-zero', `${LINE}/delta`],
    ['a delta below −10^9', 'stock.adjusted', adjusted(-1_000_000_001), 'number-out-of-range', `${LINE}/delta`],
    ['a reason that is not in the list', 'stock.adjusted', { ...adjusted(1), reason: 'because' }, 'unknown-value', '/data/reason'],
    ['no reason', 'stock.adjusted', { ...adjusted(1), reason: undefined }, 'required', '/data/reason'],
    ['a bucket that is not in the list', 'stock.shipped', line({ bucket: 'shelf' }), 'unknown-value', `${LINE}/bucket`],
    ['a condition that is a number', 'stock.returned', { ...EXAMPLE_EVENTS['stock.returned'].data, condition: 1 }, 'wrong-type', '/data/condition'],
    ['an expiry that does not exist', 'stock.shipped', line({ expiresAt: '2027-02-30T00:00:00Z' }), 'no-such-date', `${LINE}/expiresAt`],
    ['a promise without zone', 'stock.shipped', shipped({ promisedAt: '2027-02-01T00:00:00' }), 'time-without-zone', '/data/promisedAt'],
    ['a move to where the goods are', 'stock.moved', { ...EXAMPLE_EVENTS['stock.moved'].data, to: 'DC-1' }, 'same-location', '/data/to'],
    ['a move to nowhere', 'stock.moved', { ...EXAMPLE_EVENTS['stock.moved'].data, to: undefined }, 'required', '/data/to'],
    ['an empty list of serials', 'stock.shipped', line({ serials: [] }), 'empty', `${LINE}/serials`],
    ['a line number of 0', 'stock.shipped', line({ line: 0 }), 'must-be-positive', `${LINE}/line`],
  ])('refuses %s', (_case, name, data, code, pointer) => {
    // Through JSON, as it comes: a field that is undefined is absent.
    expect(refuseEventData(name, JSON.parse(JSON.stringify(data)))).toMatchObject({ code, pointer });
  });

  it('shows the value that it refuses, but no object', () => {
    expect(refuseEventData('stock.shipped', line({ quantity: '5' }))).toMatchObject({ value: '5', detail: 'data.lines.0.quantity: has to be a whole number' });
    expect(refuseEventData('stock.shipped', shipped({ lines: {} }))).not.toHaveProperty('value');
  });

  it('decides by JSON Schema as zod decides', () => {
    const scalar = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom('', 'a', 'hold', 'damaged', '2027-01-31', '2027-02-30', '2027-01-31T00:00:00Z', 1.5, 2e9, true, null),
    );
    const optional = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.option(arbitrary, { nil: undefined, freq: 3 });
    const lines = fc.array(
      fc.record({
        sku: fc.oneof({ weight: 5, arbitrary: fc.constant('a') }, scalar),
        quantity: optional(scalar),
        delta: optional(scalar),
        lot: optional(scalar),
        expiresAt: optional(scalar),
        bucket: optional(scalar),
        serials: optional(fc.array(scalar, { maxLength: 2 })),
      }),
      { maxLength: 2 },
    );
    const data = fc.record({
      location: fc.oneof({ weight: 5, arbitrary: fc.constant('DC-1') }, scalar),
      to: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('DC-1', 'DC-2', undefined) }, scalar),
      reason: optional(scalar),
      condition: optional(scalar),
      promisedAt: optional(scalar),
      colour: fc.option(scalar, { nil: undefined, freq: 1 }),
      lines: fc.oneof({ weight: 5, arbitrary: lines }, scalar),
    });
    fc.assert(
      fc.property(fc.constantFrom(...STOCK_EVENT_NAMES), data, (name, raw) => {
        const sent: unknown = JSON.parse(JSON.stringify(raw));
        expect(refuseEventData(name, sent) === null).toBe(STOCK_DATA[name].safeParse(sent).success);
      }),
      { numRuns: 2_000 },
    );
  });
});
