import { describe, expect, it } from '@jest/globals';
import { admit, BATCH_EVENTS_MAX, EVENT_BYTES_MAX, type AcceptedItem, type Admission, type Arrival } from './admission.js';
import { contentHash } from './contentHash.js';
import { EXAMPLE_EVENTS, EXAMPLE_ORDER } from './exampleEvents.js';
import { inOrderTerms } from './placedOrder.js';
import { PROBLEMS } from './problems.js';

const RECEIVED_AT = Date.parse('2026-11-22T13:05:00Z');
const event = EXAMPLE_EVENTS['stock.shipped'];

function admitText(body: string | Uint8Array, more: Partial<Arrival> = {}): Admission {
  return admit({
    body: typeof body === 'string' ? Buffer.from(body) : body,
    format: 'structured',
    headers: {},
    receivedAt: RECEIVED_AT,
    sender: 'key-1',
    ...more,
  });
}
const admitOne = (sent: object): Admission => admitText(JSON.stringify(sent));

/** `accepted`, or status, code and pointer of the refusal: of the whole, else of the first event. */
function verdict(admission: Admission): string {
  const refused = admission.kind === 'refused' ? admission : admission.items[0];
  if (refused?.kind !== 'refused') return 'accepted';
  const { code, pointer } = refused.refusal;
  return [PROBLEMS[code].status, code, pointer].filter((part) => part !== undefined).join(' ');
}
const verdicts = (admission: Admission): string[] =>
  admission.kind === 'refused' ? [verdict(admission)] : admission.items.map((item) => verdict({ kind: 'read', isBatch: true, items: [item] }));

const firstAccepted = (admission: Admission): AcceptedItem => {
  const item = admission.kind === 'read' ? admission.items[0] : undefined;
  if (item?.kind !== 'accepted') throw new Error(`Not accepted: ${verdict(admission)}`);
  return item;
};
const eventIn = (admission: Admission) => firstAccepted(admission).envelope;
const textIn = (admission: Admission): string => firstAccepted(admission).text;

const withLine = (text: string): string => JSON.stringify(event).replace('"quantity":3', text);
const nestedData = (levels: number): string => JSON.stringify(event).replace('"order":"SO-1001"', `"order":${'['.repeat(levels)}${']'.repeat(levels)}`);

describe('admit answers each bad input of reliability.md', () => {
  it.each<[string, Admission, string]>([
    ['1 empty body', admitText(''), '400 empty-body'],
    ['1 blank body', admitText(' \n'), '400 empty-body'],
    ['2 cut body', admitText('{"specversion":"1.0"'), '400 malformed-json'],
    ['4 no id', admitOne({ ...event, id: undefined }), '422 required /id'],
    ['5 empty id', admitOne({ ...event, id: '' }), '422 empty /id'],
    ['6 id that is a number', admitOne({ ...event, id: 42 }), '422 wrong-type /id'],
    ['7 id of 257 characters', admitOne({ ...event, id: 'x'.repeat(257) }), '422 too-long /id'],
    ['8 no source', admitOne({ ...event, source: undefined }), '422 required /source'],
    ['8 source with blanks', admitOne({ ...event, source: 'not a uri' }), '422 not-a-uri /source'],
    ['9 other specversion', admitOne({ ...event, specversion: '0.3' }), '422 unsupported-specversion /specversion'],
    ['10 unknown type', admitOne({ ...event, type: 'x' }), '422 unknown-type /type'],
    ['11 quantity as text', admitText(withLine('"quantity":"5"')), '422 wrong-type /data/lines/0/quantity'],
    ['12 quantity with a fraction', admitText(withLine('"quantity":1.5')), '422 not-whole /data/lines/0/quantity'],
    ['13 quantity beyond a double', admitText(withLine('"quantity":9007199254740993')), '422 number-out-of-range /data/lines/0/quantity'],
    ['14 quantity 0', admitText(withLine('"quantity":0')), '422 must-be-positive /data/lines/0/quantity'],
    ['14 quantity -0', admitText(withLine('"quantity":-0')), '422 must-be-positive /data/lines/0/quantity'],
    ['14 quantity -5', admitText(withLine('"quantity":-5')), '422 must-be-positive /data/lines/0/quantity'],
    [
      '14 delta 0',
      admitOne({ ...EXAMPLE_EVENTS['stock.adjusted'], data: { location: 'DC-1', reason: 'found', lines: [{ sku: 'a', delta: 0 }] } }),
      '422 must-not-be-zero /data/lines/0/delta',
    ],
    ['14 no lines', admitOne({ ...event, data: { location: 'DC-1', lines: [] } }), '422 no-lines /data/lines'],
    [
      '14 delta -5',
      admitOne({ ...EXAMPLE_EVENTS['stock.adjusted'], data: { location: 'DC-1', reason: 'found', lines: [{ sku: 'a', delta: -5 }] } }),
      'accepted',
    ],
    ['15 quantity 1e3', admitText(withLine('"quantity":1e3')), 'accepted'],
    ['16 NUL in the sku', admitText(withLine('"quantity":3').replace('10002', '10\\u0000')), '422 control-character /data/lines/0/sku'],
    ['17 lone surrogate in the sku', admitText(withLine('"quantity":3').replace('10002', '\\ud800')), '422 not-well-formed /data/lines/0/sku'],
    ['18 __proto__', admitText(`{"__proto__":{"admin":true},${JSON.stringify(event).slice(1)}`), '400 forbidden-key /__proto__'],
    ['19 duplicate quantity', admitText(withLine('"quantity":3,"quantity":3')), '400 duplicate-key /data/lines/0/quantity'],
    ['20 30 February', admitOne({ ...event, time: '2025-02-30T10:00:00Z' }), '422 no-such-date /time'],
    ['21 no zone', admitOne({ ...event, time: '2025-01-01 10:00' }), '422 time-without-zone /time'],
    ['22 two days ahead (for inventory to judge)', admitOne({ ...event, time: '2026-11-24T13:05:00Z' }), 'accepted'],
    ['23 two years ago', admitOne({ ...event, time: '2024-11-22T13:05:00Z' }), 'accepted'],
    ['25 1,001 events', admitText(JSON.stringify(Array(BATCH_EVENTS_MAX + 1).fill(event)), { format: 'batch' }), '413 batch-too-large'],
    ['25 1,001 lines', admitText(`${JSON.stringify(event)}\n`.repeat(BATCH_EVENTS_MAX + 1), { format: 'lines' }), '413 batch-too-large'],
    ['27 empty batch', admitText('[]', { format: 'batch' }), '400 empty-batch'],
    [
      '33 GTIN (not resolved yet, right or wrong)',
      admitOne({ ...event, data: { location: 'DC-1', lines: [{ gtin: '4006381333932', quantity: 1 }] } }),
      '422 not-supported /data/lines/0/gtin',
    ],
    ['no UTF-8', admitText(Buffer.from([0x7b, 0xe9, 0x7d])), '400 not-utf8'],
    ['a batch that is no list', admitText(JSON.stringify(event), { format: 'batch' }), '422 wrong-type '],
    ['an event over 1 MiB', admitText(`${JSON.stringify(event).slice(0, -1)}${' '.repeat(EVENT_BYTES_MAX)}}`), '413 event-too-large'],
  ])('%s', (_case, admission, expected) => {
    expect(verdict(admission)).toBe(expected);
  });

  it('30: nesting of 33 levels, wherever it stands', () => {
    expect(verdict(admitText(nestedData(33)))).toMatch(/^400 too-deep /);
    expect(verdict(admitText(nestedData(31)))).toMatch(/^400 too-deep /);
    expect(verdict(admitText(nestedData(30)))).toBe('422 wrong-type /data/order');
    expect(verdict(admitText(`[${nestedData(30)}]`, { format: 'batch' }))).toBe('422 wrong-type /data/order');
  });

  it('26: one bad event of a batch costs only itself', () => {
    const bad = JSON.stringify({ ...event, id: 'c' }).replace('10002', '\\u0000');
    const batch = `[${JSON.stringify({ ...event, id: 'a' })},${JSON.stringify({ ...event, id: 'b' })},${bad},${JSON.stringify({ ...event, id: 'd' })},7]`;
    const admission = admitText(batch, { format: 'batch' });
    expect(verdicts(admission)).toEqual(['accepted', 'accepted', '422 control-character /data/lines/0/sku', 'accepted', '422 wrong-type ']);
    expect(admission).toMatchObject({ isBatch: true, items: { 2: { id: 'c', source: '/wms/dc-1' }, 4: { id: null, source: null } } });
  });

  it('26: a line that is not JSON costs only itself', () => {
    expect(verdicts(admitText(`${JSON.stringify(event)}\r\n{"cut\n\n${JSON.stringify(event)}`, { format: 'lines' }))).toEqual([
      'accepted',
      '400 malformed-json',
      'accepted',
    ]);
  });
});

describe('admit', () => {
  it('puts an accepted event into its envelope, as it was sent', () => {
    const envelope = { v: 1, occurredAt: Date.parse('2026-11-22T13:04:05Z'), receivedAt: RECEIVED_AT, hash: contentHash(event), sender: 'key-1', event };
    const sent = ` ${JSON.stringify(event, null, 1)}\n`;
    const accepted = { kind: 'accepted', name: 'stock.shipped', location: 'DC-1', to: null, voids: null, identity: '/wms/dc-1|ship-981', text: sent, envelope };
    expect(admitText(sent)).toEqual({ kind: 'read', isBatch: false, items: [accepted] });
  });

  it('keeps the text of each event of a batch as it was sent, but without attributes that are null', () => {
    const sent = [
      JSON.stringify(event),
      JSON.stringify({ ...event, subject: null, data: { ...event.data, order: 'é' } }),
      JSON.stringify({ ...event, id: '\u2028"' }, null, 2),
    ];
    const admission = admitText(`[ ${sent.join(' ,\n')}]`, { format: 'batch' });
    const items = admission.kind === 'read' ? admission.items : [];
    const accepted = items.flatMap((item) => (item.kind === 'accepted' ? [item] : []));
    expect(accepted.map(({ text }) => text)).toEqual([sent[0], sent[1]?.replace(',"subject":null', ''), sent[2]]);
    for (const { text, envelope } of accepted) expect(JSON.parse(text)).toEqual(envelope.event);
  });

  it('names the other location of a move', () => {
    expect(admitOne(EXAMPLE_EVENTS['stock.moved'])).toMatchObject({ items: [{ kind: 'accepted', location: 'DC-1', to: 'DC-2' }] });
  });

  it('takes the time of receipt where the event names none', () => {
    const admission = admitOne({ ...event, time: undefined });
    expect(admission).toMatchObject({ items: [{ envelope: { occurredAt: RECEIVED_AT } }] });
  });

  it('reads a byte order mark over', () => {
    expect(verdict(admitText(`\ufeff${JSON.stringify(event)}`))).toBe('accepted');
  });

  it('reads 1e3 as 1000', () => {
    expect(admitText(withLine('"quantity":1e3'))).toMatchObject({ items: [{ envelope: { event: { data: { lines: [{ quantity: 1000 }] } } } }] });
  });

  describe('in binary mode', () => {
    const headers = {
      host: 'x',
      'ce-specversion': '1.0',
      'ce-id': 'ship%20981',
      'ce-source': '/wms/dc-1',
      'ce-type': event.type,
      'ce-time': '2026-11-22T13:04:05Z',
      'ce-sequence': '7',
    };
    const admitBinary = (more: Record<string, unknown>, body: string = JSON.stringify(event.data)): Admission =>
      admitText(body, { format: 'binary', headers: { ...headers, ...more } });

    it('makes the event that structured mode makes', () => {
      const structured = { ...event, id: 'ship 981', sequence: '7', datacontenttype: 'application/json' };
      const [binary, same] = [admitBinary({}), admitOne(structured)];
      expect(eventIn(binary)).toEqual(eventIn(same));
      expect(JSON.parse(textIn(binary))).toEqual(structured);
    });

    it.each<[string, Admission, string]>([
      ['no id', admitBinary({ 'ce-id': undefined }), '422 required /id'],
      ['a broken escape', admitBinary({ 'ce-id': '%zz' }), '400 malformed-header'],
      ['a hostile name', admitBinary({ 'ce-__proto__': 'x' }), '400 forbidden-key'],
      ['a hostile name of letters', admitBinary({ 'ce-constructor': 'x' }), '400 forbidden-key'],
      ['a header for data', admitBinary({ 'ce-data': 'x' }), '400 malformed-header'],
      ['a duplicate key', admitBinary({}, '{"location":"a","location":"b"}'), '400 duplicate-key /data/location'],
      ['a control character in a header', admitBinary({ 'ce-id': 'a%00b' }), '422 control-character /id'],
      ['a body that is not JSON', admitBinary({}, 'location=DC-1'), '400 malformed-json'],
    ])('refuses %s', (_case, admission, expected) => {
      expect(verdict(admission)).toBe(expected);
    });
  });

  it('refuses a void of itself, and takes one of another event', () => {
    const voided = EXAMPLE_EVENTS['event.voided'];
    expect(verdict(admitOne({ ...voided, id: 'ship-981' }))).toBe('422 voids-itself /data/id');
    expect(verdict(admitOne({ ...voided, id: 'ship-981', source: '/other' }))).toBe('accepted');
    expect(verdict(admitOne(voided))).toBe('accepted');
  });

  describe('of an order', () => {
    const admitOrder = (order: unknown, headers: Record<string, unknown> = {}): Admission => admitText(JSON.stringify(order), { format: 'order', headers });
    const { source, placedAt, ...data } = EXAMPLE_ORDER;

    it('makes the event that it becomes', () => {
      expect(eventIn(admitOrder(EXAMPLE_ORDER))).toMatchObject({
        occurredAt: Date.parse(placedAt),
        event: { specversion: '1.0', id: 'order:SO-1001', source, type: 'quayside.order.placed.v1', time: placedAt, data },
      });
      expect(JSON.parse(textIn(admitOrder(EXAMPLE_ORDER)))).toEqual(eventIn(admitOrder(EXAMPLE_ORDER)).event);
    });

    it('takes the Idempotency-Key as the id, quoted or not, and the time of receipt where none is given', () => {
      for (const key of ['k-1', '"k-1"']) expect(eventIn(admitOrder(EXAMPLE_ORDER, { 'idempotency-key': key }))).toMatchObject({ event: { id: 'k-1' } });
      const { envelope } = firstAccepted(admitOrder({ ...EXAMPLE_ORDER, placedAt: undefined }));
      expect([envelope.occurredAt, envelope.event]).toEqual([RECEIVED_AT, expect.not.objectContaining({ time: expect.anything() })]);
    });

    it('is the same content again, whatever the order of its fields', () => {
      const turned = Object.fromEntries(Object.entries(EXAMPLE_ORDER).toReversed());
      expect(eventIn(admitOrder(turned)).hash).toBe(eventIn(admitOrder(EXAMPLE_ORDER)).hash);
    });

    const long = 'x'.repeat(251);
    it.each<[string, Admission, string]>([
      ['a list', admitOrder([EXAMPLE_ORDER]), '422 wrong-type '],
      ['a cut text', admitText('{"order"', { format: 'order' }), '400 malformed-json'],
      ['no number', admitOrder({ ...EXAMPLE_ORDER, order: undefined }), '422 required /data/order'],
      ['a number that is one', admitOrder({ ...EXAMPLE_ORDER, order: 1001 }), '422 wrong-type /data/order'],
      ['no source', admitOrder({ ...EXAMPLE_ORDER, source: undefined }), '422 required /source'],
      ['a source of ours', admitOrder({ ...EXAMPLE_ORDER, source: 'quayside:gateway' }), '422 reserved-source /source'],
      ['a placing without zone', admitOrder({ ...EXAMPLE_ORDER, placedAt: '2026-11-22 13:00' }), '422 time-without-zone /time'],
      ['an unknown field', admitOrder({ ...EXAMPLE_ORDER, colour: 'red' }), '422 unknown-field /data/colour'],
      ['attributes of an event', admitOrder({ ...EXAMPLE_ORDER, type: 'x' }), '422 unknown-field /data/type'],
      ['a key twice', admitText('{"order":"a","order":"b"}', { format: 'order' }), '400 duplicate-key /data/order'],
      ['a control character', admitOrder({ ...EXAMPLE_ORDER, source: '\u0000' }), '422 control-character /data/source'],
      ['an empty Idempotency-Key', admitOrder(EXAMPLE_ORDER, { 'idempotency-key': '' }), '400 malformed-header'],
      ['an Idempotency-Key of 257 characters', admitOrder(EXAMPLE_ORDER, { 'idempotency-key': 'x'.repeat(257) }), '400 malformed-header'],
      ['an Idempotency-Key beyond ASCII', admitOrder(EXAMPLE_ORDER, { 'idempotency-key': 'é' }), '400 malformed-header'],
      ['a number too long for an id', admitOrder({ ...EXAMPLE_ORDER, order: long }), '422 too-long /data/order'],
      ['that number with a key of its own', admitOrder({ ...EXAMPLE_ORDER, order: long }, { 'idempotency-key': 'k' }), 'accepted'],
    ])('answers %s', (_case, admission, expected) => {
      expect(verdict(admission)).toBe(expected);
    });

    it('tells a refusal at the place in the order', () => {
      const told = (admission: Admission): unknown => {
        const item = admission.kind === 'read' ? admission.items[0] : undefined;
        return item?.kind === 'refused' ? inOrderTerms(item.refusal) : null;
      };
      expect(told(admitOrder({ ...EXAMPLE_ORDER, lines: [] }))).toMatchObject({ pointer: '/lines', detail: 'lines: has no line' });
      expect(told(admitOrder({ ...EXAMPLE_ORDER, placedAt: 7 }))).toMatchObject({ pointer: '/placedAt', detail: 'placedAt is a text' });
      expect(told(admitOrder({ ...EXAMPLE_ORDER, source: '' }))).toMatchObject({ pointer: '/source', detail: 'source is empty' });
      expect(told(admitText('{"order":"a","order":"b"}', { format: 'order' }))).toMatchObject({ pointer: '/order' });
    });
  });
});
