import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeNodeId, encodeNodeId, type NodeRef } from './nodeId.js';

const code = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\t') && !/\p{Surrogate}/u.test(text));
const refs: fc.Arbitrary<NodeRef> = fc.oneof(
  code.map((sku): NodeRef => ({ kind: 'item', sku })),
  code.map((text): NodeRef => ({ kind: 'location', code: text })),
  fc.tuple(code, code).map(([location, sku]): NodeRef => ({ kind: 'level', location, sku })),
  fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([partition, offset, line]): NodeRef => ({ kind: 'ledger', partition, offset, line })),
  code.map((id): NodeRef => ({ kind: 'alert', id })),
  fc.tuple(code, code).map(([location, number]): NodeRef => ({ kind: 'order', location, number })),
  fc.tuple(code, code, fc.nat(), fc.constantFrom('orderLine', 'promise')).map(([location, number, line, kind]): NodeRef => ({ kind, location, number, line })),
  fc.tuple(code, code, fc.nat()).map(([location, reference, line]): NodeRef => ({ kind: 'reservation', location, reference, line })),
  fc.tuple(fc.nat(), fc.nat()).map(([partition, offset]): NodeRef => ({ kind: 'event', partition, offset })),
);

describe('an id', () => {
  it('stands for one object (property)', () => {
    fc.assert(fc.property(refs, (ref) => expect(decodeNodeId(encodeNodeId(ref))).toEqual(ref)));
  });

  it('has one form only: every other text stands for nothing (property)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => Buffer.from(`item\t${text}`).toString('base64url')),
        ),
        (text) => {
          const ref = decodeNodeId(text);
          if (ref !== null) expect(encodeNodeId(ref)).toBe(text);
        },
      ),
    );
  });

  it.each([
    '',
    'x',
    Buffer.from('level\tDC-1').toString('base64url'),
    Buffer.from('item\ta\tb').toString('base64url'),
    Buffer.from('ledger\t0\t-1\t0').toString('base64url'),
    Buffer.from('order\tDC-1').toString('base64url'),
    Buffer.from('reservation\tDC-1\tR-1').toString('base64url'),
    Buffer.from('event\t1\t01').toString('base64url'),
    'a'.repeat(5_000),
  ])('is refused: %p', (text) => {
    expect(decodeNodeId(text)).toBeNull();
  });
});
