import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchEvents } from './batchEvents.js';

async function* given(events: readonly string[]): AsyncGenerator<string> {
  yield* events;
}
async function batched(events: readonly string[], bounds: { eventsMax: number; bytesMax: number }): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const batch of batchEvents(given(events), bounds)) batches.push(batch);
  return batches;
}

describe('batches of events', () => {
  it('keep order and loss-free, within both bounds but for an event that alone is over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 30 })),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 60 }),
        async (events, eventsMax, bytesMax) => {
          const batches = await batched(events, { eventsMax, bytesMax });
          expect(batches.flat()).toEqual(events);
          for (const batch of batches) {
            expect(batch.length).toBeLessThanOrEqual(eventsMax);
            const bytes = batch.reduce((sum, event) => sum + Buffer.byteLength(event) + 1, 0);
            expect(batch.length === 1 || bytes <= bytesMax).toBe(true);
          }
        },
      ),
    );
  });

  it('are none where there is no event', async () => {
    expect(await batched([], { eventsMax: 3, bytesMax: 10 })).toEqual([]);
  });
});
