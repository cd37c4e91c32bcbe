import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PARTITION_COUNT, partitionOf } from './topics.js';

describe('the partition of a location', () => {
  it.each([
    // Of the reference implementation, org.apache.kafka.common.utils.Utils.murmur2.
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('is what the Java client makes of %s', (key, murmur2) => {
    expect(partitionOf(key, PARTITION_COUNT)).toBe((murmur2 & 0x7fffffff) % PARTITION_COUNT);
  });

  it('is always one of the partitions, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const partition = partitionOf(key);
        expect(Number.isInteger(partition) && partition >= 0 && partition < PARTITION_COUNT).toBe(true);
      }),
    );
  });
});
