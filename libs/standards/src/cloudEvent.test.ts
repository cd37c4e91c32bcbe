import { describe, expect, it } from '@jest/globals';
import { readCloudEvent } from './cloudEvent.js';
import { EXAMPLE_EVENTS } from './exampleEvents.js';

const event = EXAMPLE_EVENTS['stock.shipped'];
const without = (name: string): object => Object.fromEntries(Object.entries(event).filter(([key]) => key !== name));

describe('readCloudEvent', () => {
  it('gives the event as sent, with its name and its time', () => {
    expect(readCloudEvent(event)).toEqual({ kind: 'event', event, name: 'stock.shipped', occurredAt: Date.parse('2026-11-22T13:04:05Z') });
  });

  it.each([
    ['no time', without('time')],
    ['extensions', { ...event, traceparent: '00-1-2-03', priority: 3, dryrun: false }],
    ['a sequence as number and as text', { ...event, sequence: '42' }],
    ['a sequence of 0', { ...event, sequence: 0 }],
    [
      'a subject and the type of data',
      { ...event, subject: 'SO-1001', datacontenttype: 'application/json; charset=utf-8', dataschema: 'https://example.org/s' },
    ],
    ['an absolute source', { ...event, source: 'https://wms.example.org/dc-1?x=%20#a' }],
    ['a source of one word', { ...event, source: 'wms' }],
    ['a urn', { ...event, source: 'urn:wms:dc-1' }],
    ['256 characters of id', { ...event, id: 'x'.repeat(256) }],
  ])('takes %s', (_case, sent) => {
    expect(readCloudEvent(sent)).toMatchObject({ kind: 'event', event: sent });
  });

  it('leaves out attributes that are null', () => {
    const reading = readCloudEvent({ ...event, time: null, subject: null });
    expect(reading).toMatchObject({ kind: 'event', occurredAt: null });
    expect(reading.kind === 'event' && Object.keys(reading.event)).toEqual(['specversion', 'id', 'source', 'type', 'data']);
  });

  it.each([
    ['no object', [event], 'wrong-type', ''],
    ['no id', without('id'), 'required', '/id'],
    ['an id that is null', { ...event, id: null }, 'required', '/id'],
    ['an empty id', { ...event, id: '' }, 'empty', '/id'],
    ['an id that is a number', { ...event, id: 42 }, 'wrong-type', '/id'],
    ['an id of 257 characters', { ...event, id: 'x'.repeat(257) }, 'too-long', '/id'],
    ['no source', without('source'), 'required', '/source'],
    ['a source with blanks', { ...event, source: 'not a uri' }, 'not-a-uri', '/source'],
    ['a source with a broken escape', { ...event, source: '/wms/%zz' }, 'not-a-uri', '/source'],
    ['a source with two fragments', { ...event, source: '/a#b#c' }, 'not-a-uri', '/source'],
    ['a source with a colon before any scheme', { ...event, source: '1wms:dc' }, 'not-a-uri', '/source'],
    ['a source beyond ASCII', { ...event, source: '/wms/é' }, 'not-a-uri', '/source'],
    ['a source of ours', { ...event, source: 'quayside:hop' }, 'reserved-source', '/source'],
    ['a source of ours in capitals', { ...event, source: 'Quayside:clock' }, 'reserved-source', '/source'],
    ['a source with |', { ...event, source: '/wms|1' }, 'reserved-source', '/source'],
    ['no specversion', without('specversion'), 'required', '/specversion'],
    ['another specversion', { ...event, specversion: '0.3' }, 'unsupported-specversion', '/specversion'],
    ['a specversion that is a number', { ...event, specversion: 1 }, 'wrong-type', '/specversion'],
    ['no type', without('type'), 'required', '/type'],
    ['an unknown type', { ...event, type: 'quayside.stock.teleported.v1' }, 'unknown-type', '/type'],
    ['the type of a command of ours', { ...event, type: 'quayside.policy.set.v1' }, 'unknown-type', '/type'],
    ['a type that objects inherit', { ...event, type: 'constructor' }, 'unknown-type', '/type'],
    ['30 February', { ...event, time: '2025-02-30T10:00:00Z' }, 'no-such-date', '/time'],
    ['a time without zone', { ...event, time: '2025-01-01 10:00' }, 'time-without-zone', '/time'],
    ['a time that is a number', { ...event, time: 1_700_000_000 }, 'wrong-type', '/time'],
    ['an empty subject', { ...event, subject: '' }, 'empty', '/subject'],
    ['a negative sequence', { ...event, sequence: -1 }, 'number-out-of-range', '/sequence'],
    ['a sequence that is not whole', { ...event, sequence: 1.5 }, 'not-whole', '/sequence'],
    ['a sequence that is no number', { ...event, sequence: 'first' }, 'wrong-type', '/sequence'],
    ['a sequence beyond a double', { ...event, sequence: '9007199254740993' }, 'number-out-of-range', '/sequence'],
    ['a misspelt attribute', { ...event, traceParent: 'x' }, 'unknown-attribute', '/traceParent'],
    ['an extension that is an object', { ...event, trace: {} }, 'wrong-type', '/trace'],
    ['data in XML', { ...event, datacontenttype: 'application/xml' }, 'not-supported', '/datacontenttype'],
    ['packed data', { ...without('data'), data_base64: 'e30=' }, 'not-supported', '/data_base64'],
    ['no data', without('data'), 'required', '/data'],
    ['data that is a list', { ...event, data: [] }, 'wrong-type', '/data'],
  ])('refuses %s', (_case, sent, code, pointer) => {
    expect(readCloudEvent(sent)).toMatchObject({ kind: 'refused', refusal: { code, pointer } });
  });
});
