import { DOOR_EVENT_NAMES, type DoorEventName } from '@quayside/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LINES_MAX } from './dataFields.js';
import { DOOR_DATA } from './doorData.js';
import { refuseEventData } from './eventData.js';
import { EXAMPLE_EVENTS } from './exampleEvents.js';
import { looselyLike } from './testing/looselyLike.js';

type Data = Record<string, unknown>;
const shipped = (more: Data): Data => ({ ...EXAMPLE_EVENTS['stock.shipped'].data, ...more });
const line = (more: Data): Data => shipped({ lines: [{ sku: '10002', quantity: 3, ...more }] });
const adjusted = (delta: unknown): Data => ({ ...EXAMPLE_EVENTS['stock.adjusted'].data, lines: [{ sku: '10002', delta }] });
const like = (name: DoorEventName, more: Data): Data => ({ ...EXAMPLE_EVENTS[name].data, ...more });
const counted = (...lines: Data[]): Data => like('stock.counted', { lines });
const ordered = (...lines: Data[]): Data => like('order.placed', { lines });

describe('refuseEventData', () => {
  it.each(DOOR_EVENT_NAMES.map((name) => [name]))('takes the example of %s', (name) => {
    expect(refuseEventData(name, EXAMPLE_EVENTS[name].data)).toBeNull();
  });

  it('takes every field of a line that the model has', () => {
    expect(
      refuseEventData('stock.shipped', line({ line: 2, lot: 'L', expiresAt: '2027-01-31T00:00:00Z', serials: ['a', 'b', 'c'], bucket: 'hold' })),
    ).toBeNull();
    expect(refuseEventData('stock.adjusted', adjusted(-5))).toBeNull();
  });

  const LINE = '/data/lines/0';
  it.each<[string, DoorEventName, Data, string, string]>([
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
    [
      'something counted twice',
      'stock.counted',
      counted({ sku: 'a', counted: 1 }, { sku: 'a', bucket: 'sellable', counted: 1 }),
      'counted-twice',
      '/data/lines/1',
    ],
    ['a negative count', 'stock.counted', counted({ sku: 'a', counted: -1 }), 'must-not-be-negative', `${LINE}/counted`],
    ['a count without a number', 'stock.counted', counted({ sku: 'a' }), 'required', `${LINE}/counted`],
    ['a quantity in a count', 'stock.counted', counted({ sku: 'a', counted: 1, quantity: 1 }), 'unknown-field', `${LINE}/quantity`],
    ['a completeness that is text', 'stock.counted', like('stock.counted', { complete: 'yes' }), 'wrong-type', '/data/complete'],
    ['a change into the same bucket', 'stock.dispositionChanged', like('stock.dispositionChanged', { from: 'hold', to: 'hold' }), 'same-bucket', '/data/to'],
    [
      'a line of its own bucket where the event says both',
      'stock.dispositionChanged',
      like('stock.dispositionChanged', { lines: [{ sku: 'a', quantity: 1, bucket: 'hold' }] }),
      'unknown-field',
      `${LINE}/bucket`,
    ],
    ['a change without a reason', 'stock.dispositionChanged', like('stock.dispositionChanged', { reason: undefined }), 'required', '/data/reason'],
    ['an adjustment that nobody asks for', 'adjustment.requested', like('adjustment.requested', { actor: undefined }), 'required', '/data/actor'],
    [
      'an adjustment that expects nothing',
      'adjustment.requested',
      like('adjustment.requested', { lines: [{ sku: 'a', delta: 1 }] }),
      'required',
      `${LINE}/expectedOnHand`,
    ],
    [
      'an adjustment that expects half a piece',
      'adjustment.requested',
      like('adjustment.requested', { lines: [{ sku: 'a', delta: 1, expectedOnHand: 0.5 }] }),
      'not-whole',
      `${LINE}/expectedOnHand`,
    ],
    ['an order without a number', 'order.placed', like('order.placed', { order: undefined }), 'required', '/data/order'],
    ['an order of 257 characters', 'order.placed', like('order.placed', { order: 'x'.repeat(257) }), 'too-long', '/data/order'],
    ['an order for 0 pieces', 'order.placed', ordered({ sku: 'a', quantity: 0 }), 'must-be-positive', `${LINE}/quantity`],
    ['an order with a lot', 'order.placed', ordered({ sku: 'a', quantity: 1, lot: 'L' }), 'unknown-field', `${LINE}/lot`],
    ['an order with a gtin', 'order.placed', ordered({ gtin: '4006381333931', quantity: 1 }), 'not-supported', `${LINE}/gtin`],
    ['a line number twice', 'order.placed', ordered({ line: 2, sku: 'a', quantity: 1 }, { line: 2, sku: 'b', quantity: 1 }), 'line-twice', '/data/lines/1'],
    [
      'a line number that is the place of another',
      'order.placed',
      ordered({ line: 2, sku: 'a', quantity: 1 }, { sku: 'b', quantity: 1 }),
      'line-twice',
      '/data/lines/1',
    ],
    ['a priority below 0', 'order.placed', like('order.placed', { priority: -1 }), 'must-not-be-negative', '/data/priority'],
    ['a priority beyond all', 'order.placed', like('order.placed', { priority: 2_000_000 }), 'number-out-of-range', '/data/priority'],
    ['another policy', 'order.placed', like('order.placed', { policy: 'MAYBE' }), 'unknown-value', '/data/policy'],
    ['a promise that is no time', 'order.placed', like('order.placed', { promisedShipBy: 'soon' }), 'not-a-time', '/data/promisedShipBy'],
    ['an amendment of nothing', 'order.amended', { location: 'DC-1', order: 'SO-1' }, 'nothing-to-do', '/data'],
    ['an amendment of no line', 'order.amended', like('order.amended', { lines: [] }), 'no-lines', '/data/lines'],
    ['an amendment of a line without its number', 'order.amended', like('order.amended', { lines: [{ sku: 'a', quantity: 1 }] }), 'required', `${LINE}/line`],
    [
      'an amendment to −1',
      'order.amended',
      like('order.amended', { lines: [{ line: 1, sku: 'a', quantity: -1 }] }),
      'must-not-be-negative',
      `${LINE}/quantity`,
    ],
    [
      'a line amended twice',
      'order.amended',
      like('order.amended', {
        lines: [
          { line: 1, sku: 'a', quantity: 1 },
          { line: 1, sku: 'a', quantity: 2 },
        ],
      }),
      'line-twice',
      '/data/lines/1',
    ],
    ['a line cancelled twice', 'order.cancelled', like('order.cancelled', { lines: [1, 1] }), 'line-twice', '/data/lines'],
    ['no line cancelled', 'order.cancelled', like('order.cancelled', { lines: [] }), 'no-lines', '/data/lines'],
    ['lines cancelled as objects', 'order.cancelled', like('order.cancelled', { lines: [{ line: 1 }] }), 'wrong-type', LINE],
    ['a hold without a reason', 'order.held', like('order.held', { reason: undefined }), 'required', '/data/reason'],
    ['a reservation without a reference', 'reservation.requested', like('reservation.requested', { reservation: '' }), 'empty', '/data/reservation'],
    [
      'a reservation of a line twice',
      'reservation.requested',
      like('reservation.requested', {
        lines: [
          { sku: 'a', quantity: 1 },
          { line: 1, sku: 'a', quantity: 1 },
        ],
      }),
      'line-twice',
      '/data/lines/1',
    ],
    ['a release of 0', 'reservation.released', like('reservation.released', { quantity: 0 }), 'must-be-positive', '/data/quantity'],
    ['an extension without an end', 'reservation.extended', like('reservation.extended', { expiresAt: undefined }), 'required', '/data/expiresAt'],
    ['a void of nothing', 'event.voided', like('event.voided', { id: undefined }), 'required', '/data/id'],
    ['a void for another reason', 'event.voided', like('event.voided', { reason: 'regret' }), 'unknown-value', '/data/reason'],
    ['a void of one end of a move', 'event.voided', like('event.voided', { source: 'quayside:hop' }), 'voids-a-hop', '/data/source'],
    [
      'a correction without its id',
      'event.voided',
      like('event.voided', { correctiveEventIds: [{ source: '/a' }] }),
      'required',
      '/data/correctiveEventIds/0/id',
    ],
  ])('refuses %s', (_case, name, data, code, pointer) => {
    // Through JSON, as it comes: a field that is undefined is absent.
    expect(refuseEventData(name, JSON.parse(JSON.stringify(data)))).toMatchObject({ code, pointer });
  });

  it('shows the value that it refuses, but no object', () => {
    expect(refuseEventData('stock.shipped', line({ quantity: '5' }))).toMatchObject({ value: '5', detail: 'data.lines.0.quantity: has to be a whole number' });
    expect(refuseEventData('stock.shipped', shipped({ lines: {} }))).not.toHaveProperty('value');
  });

  it('takes a count of nothing, lots and buckets of one sku apart, and lines without numbers', () => {
    const lines = [
      { sku: 'a', counted: 0 },
      { sku: 'a', lot: 'L', counted: 0 },
      { sku: 'a', bucket: 'hold', counted: 2 },
    ];
    expect(refuseEventData('stock.counted', counted(...lines))).toBeNull();
    expect(refuseEventData('order.placed', ordered({ sku: 'a', quantity: 1 }, { sku: 'a', quantity: 1 }, { line: 9, sku: 'a', quantity: 1 }))).toBeNull();
    expect(refuseEventData('order.amended', { location: 'DC-1', order: 'SO-1', promisedShipBy: '2027-01-31T00:00:00Z' })).toBeNull();
  });

  it('decides by JSON Schema as zod decides, on data that is nearly right', () => {
    let taken = 0;
    fc.assert(
      fc.property(looselyLike(), ({ name, data }) => {
        const isTaken = refuseEventData(name, data) === null;
        expect(isTaken).toBe(DOOR_DATA[name].safeParse(data).success);
        if (isTaken) taken += 1;
      }),
      { numRuns: 5_000 },
    );
    // The property looks at both sides.
    expect(taken).toBeGreaterThan(500);
    expect(taken).toBeLessThan(4_500);
  });

  it('decides by JSON Schema as zod decides, on anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DOOR_EVENT_NAMES), fc.jsonValue(), (name, data) => {
        expect(refuseEventData(name, data) === null).toBe(DOOR_DATA[name].safeParse(data).success);
      }),
    );
  });
});
