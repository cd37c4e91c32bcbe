import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyJsonPatch } from './jsonPatch.js';

const patched = (document: unknown, ...patch: unknown[]): unknown => {
  const result = applyJsonPatch(document, patch);
  return result.kind === 'patched' ? result.document : `${result.at}: ${result.why}`;
};

/** Appendix A of RFC 6902, and what its sections say beside it. */
describe('a JSON Patch', () => {
  it.each([
    ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    ['adds an element', { foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }], { foo: ['bar', 'qux', 'baz'] }],
    ['adds at the end', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }], { foo: ['bar', ['abc', 'def']] }],
    ['adds at the index behind the last', [1], [{ op: 'add', path: '/1', value: 2 }], [1, 2]],
    ['adds a nested object', { foo: 'bar' }, [{ op: 'add', path: '/child', value: { grandchild: {} } }], { foo: 'bar', child: { grandchild: {} } }],
    ['adds over what is there', { foo: 'bar' }, [{ op: 'add', path: '/foo', value: null }], { foo: null }],
    ['replaces the whole document', { foo: 'bar' }, [{ op: 'add', path: '', value: [1] }], [1]],
    ['removes a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    ['removes an element', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
    ['replaces a value', { baz: 'qux', foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo', foo: 'bar' }],
    ['replaces an element in its place', [1, 2, 3], [{ op: 'replace', path: '/1', value: 9 }], [1, 9, 3]],
    [
      'moves a value',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    ['moves an element', { foo: ['all', 'grass', 'cows', 'eat'] }, [{ op: 'move', from: '/foo/1', path: '/foo/3' }], { foo: ['all', 'cows', 'eat', 'grass'] }],
    ['moves a value to where it is', { a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
    ['copies a value', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [
      'tests and goes on',
      { a: [1, { b: null }] },
      [
        { op: 'test', path: '/a', value: [1, { b: null }] },
        { op: 'remove', path: '/a' },
      ],
      {},
    ],
    ['tests whatever the order of members', { a: { x: 1, y: 2 } }, [{ op: 'test', path: '/a', value: { y: 2, x: 1 } }], { a: { x: 1, y: 2 } }],
    ['reads ~1 and ~0 in this order', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    ['takes an empty member', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
    ['ignores members that it does not know', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }], { foo: 'bar', baz: 'qux' }],
  ])('%s', (_name, document, patch, expected) => {
    expect(patched(document, ...patch)).toEqual(expected);
  });

  it.each([
    ['a test that fails', { baz: 'qux' }, { op: 'test', path: '/baz', value: 'bar' }],
    ['a number for a text', { a: '10' }, { op: 'test', path: '/a', value: 10 }],
    ['a parent that is not there', { foo: 'bar' }, { op: 'add', path: '/baz/bat', value: 'qux' }],
    ['a parent that holds nothing', { foo: 'bar' }, { op: 'add', path: '/foo/bat', value: 'qux' }],
    ['the removal of what is not there', {}, { op: 'remove', path: '/a' }],
    ['the removal of the whole', {}, { op: 'remove', path: '' }],
    ['the replacement of what is not there', {}, { op: 'replace', path: '/a', value: 1 }],
    ['an index beyond the end', [1], { op: 'add', path: '/2', value: 1 }],
    ['an index with a leading zero', [1, 2], { op: 'remove', path: '/01' }],
    ['- where a value has to stand', [1], { op: 'remove', path: '/-' }],
    ['a move into itself', { a: { b: 1 } }, { op: 'move', from: '/a', path: '/a/b' }],
    ['a copy from nowhere', {}, { op: 'copy', from: '/a', path: '/b' }],
    ['a pointer without a slash', { a: 1 }, { op: 'remove', path: 'a' }],
    ['a broken escape', { a: 1 }, { op: 'remove', path: '/a~2' }],
    ['an unknown operation', {}, { op: 'spam', path: '/a' }],
    ['no value', {}, { op: 'add', path: '/a' }],
    ['no path', {}, { op: 'add', value: 1 }],
    ['an inherited member', {}, { op: 'test', path: '/toString', value: 1 }],
    ['a member that is none', {}, { op: 'add', path: '/__proto__/polluted', value: 1 }],
    ['no operation', {}, 'remove /a'],
  ])('is refused with %s, and says where', (_name, document, operation) => {
    const first = { op: 'test', path: '', value: document };
    expect(applyJsonPatch(document, [first, operation])).toMatchObject({ kind: 'refused', at: 1 });
  });

  it('is a list of a bounded number of operations', () => {
    expect(applyJsonPatch({}, { op: 'add' })).toMatchObject({ kind: 'refused', at: null });
    expect(
      applyJsonPatch(
        {},
        Array.from({ length: 251 }, () => ({ op: 'test', path: '', value: {} })),
      ),
    ).toMatchObject({ kind: 'refused', at: null });
  });

  it('leaves the document given, and its own values, as they were', () => {
    const document = { lines: [{ sku: 'A' }] };
    const value = { sku: 'B' };
    expect(patched(document, { op: 'add', path: '/lines/-', value }, { op: 'replace', path: '/lines/1/sku', value: 'C' })).toEqual({
      lines: [{ sku: 'A' }, { sku: 'C' }],
    });
    expect([document, value]).toEqual([{ lines: [{ sku: 'A' }] }, { sku: 'B' }]);
  });

  it('undoes an addition by a removal, at any place of any document (property)', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (members, value) => {
        const document = structuredClone(members);
        expect(patched(document, { op: 'add', path: '/~0 new~1', value }, { op: 'remove', path: '/~0 new~1' })).toEqual(document);
      }),
    );
  });
});
