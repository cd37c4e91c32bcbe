import { cloudEvent, type Sender } from './sender.js';
import type { OnHand } from './oracle.js';

export interface Load {
  /** What the acknowledged events add up to, in plain addition. */
  readonly expected: OnHand;
  acknowledged: number;
  attempts: number;
  stop(): Promise<void>;
}

/** A fixed sequence of pseudo-random numbers in [0, 1) (mulberry32): the same run for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const LOCATIONS = 12;
const SKUS = 25;
const BATCH_EVENTS = 20;
const PAUSE_MS = 20;

/**
 * Posters that never give up: each batch goes again, under the same ids, until it is acknowledged, and one in five
 * batches goes once more after that. Runs until stop(), which resolves when every batch begun is acknowledged.
 */
export function startLoad(sender: Sender, options: { seed: number; posters: number }): Load {
  let stopped = false;
  const load: Load = { expected: new Map(), acknowledged: 0, attempts: 0, stop: async () => void 0 };
  const posters = Array.from({ length: options.posters }, async (_unused, poster) => {
    const random = seeded(options.seed + poster);
    const pick = (count: number): number => Math.floor(random() * count);
    for (let batch = 0; !stopped; batch++) {
      const effects: [string, number][] = [];
      const events = Array.from({ length: BATCH_EVENTS }, (_each, index) => {
        const location = `L${pick(LOCATIONS)}`;
        const sku = `S${pick(SKUS)}`;
        const isIn = random() < 0.5;
        const quantity = 1 + pick(9);
        effects.push([`${location}/${sku}`, isIn ? quantity : -quantity]);
        const id = `${options.seed}/${poster}/${batch}/${index}`;
        return cloudEvent({ id, source: `/load/${poster}`, type: isIn ? 'stock.received' : 'stock.shipped', data: { location, lines: [{ sku, quantity }] } });
      });
      load.attempts += await sender.postUntilAccepted(events);
      for (const [key, delta] of effects) load.expected.set(key, (load.expected.get(key) ?? 0) + delta);
      load.acknowledged += events.length;
      if (pick(5) === 0) load.attempts += await sender.postUntilAccepted(events);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  });
  load.stop = async () => {
    stopped = true;
    await Promise.all(posters);
  };
  return load;
}
