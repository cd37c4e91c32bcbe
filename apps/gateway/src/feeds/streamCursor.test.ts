import { describe, expect, it } from '@jest/globals';
import type { ChangeNumber } from '@quayside/contracts';
import fc from 'fast-check';
import { decodeStreamCursor, encodeStreamCursor, isOfEpoch, laterOf, NOWHERE, type StreamCursor } from './streamCursor.js';

const EPOCH = '847b9c30-1111-4222-8333-444455556666';
const number = fc.tuple(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 5_000 }));
const numbers = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 23 }), number), { selector: ([partition]) => partition })
  .map((entries) => new Map<number, ChangeNumber>(entries));
const cursors = numbers.map((map): StreamCursor => ({ epoch: EPOCH, numbers: map }));

describe('a stream cursor', () => {
  it('comes back as it went out (property)', () => {
    fc.assert(
      fc.property(cursors, (cursor) => {
        const decoded = decodeStreamCursor(encodeStreamCursor(cursor));
        expect(decoded?.numbers).toEqual(cursor.numbers);
        expect(decoded !== null && isOfEpoch(decoded, EPOCH)).toBe(true);
      }),
    );
  });

  it('has one form only: every other text is refused (property)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.string().map((text) => Buffer.from(text).toString('base64url')),
        ),
        (text) => {
          const decoded = decodeStreamCursor(text);
          if (decoded !== null) expect(encodeStreamCursor(decoded)).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['a partition twice', '1:847b9c30:0=1.0,0=2.0'],
    ['partitions out of order', '1:847b9c30:3=1.0,0=2.0'],
    ['a number beyond 2^53', '1:847b9c30:0=9007199254740993.0'],
    ['leading zeros', '1:847b9c30:0=01.0'],
    ['another version', '2:847b9c30:0=1.0'],
    ['a comma at the end', '1:847b9c30:0=1.0,'],
  ])('is refused with %s', (_name, text) => {
    expect(decodeStreamCursor(Buffer.from(text).toString('base64url'))).toBeNull();
  });

  it('of nowhere is of no store, whatever the store', () => {
    const nowhere = decodeStreamCursor(NOWHERE);
    expect(nowhere).not.toBeNull();
    for (const epoch of ['', EPOCH]) expect(nowhere !== null && isOfEpoch(nowhere, epoch)).toBe(false);
  });

  it('merges to the later number of every partition (property)', () => {
    fc.assert(
      fc.property(cursors, cursors, (a, b) => {
        const merged = laterOf(a, b);
        expect(merged.numbers).toEqual(laterOf(b, a).numbers);
        expect(laterOf(merged, a).numbers).toEqual(merged.numbers);
      }),
    );
  });
});
