import { encodeEnvelope, partitionOf, PARTITION_COUNT } from '@quayside/contracts';
import { contentHash } from '@quayside/standards';

/** One location a partition: every partition has the same to do. */
export const LOCATIONS = onePerPartition();
export const SKUS = 2_000;
/** So much arrives with the first event of a level that nothing ever goes negative: exceptions are another measurement. */
const OPENING_QUANTITY = 500;

/**
 * Endless validated events as the door writes them, 347 bytes each on average: 55 % shipped, 35 % received, 10 % adjusted, one line each,
 * over LOCATIONS × `skus` levels. The same seed gives the same events.
 * @param {{ seed: number, skus?: number }} wish
 * @returns {() => { partition: number, key: string, value: string }}
 */
export function eventSource({ seed, skus = SKUS }) {
  const random = seeded(seed);
  const pick = (count) => Math.floor(random() * count);
  const opened = new Set();
  let count = 0;
  return () => {
    const level = pick(LOCATIONS.length * skus);
    const place = { location: LOCATIONS[level % LOCATIONS.length], sku: skuOf(Math.floor(level / LOCATIONS.length)) };
    const isFirst = !opened.has(level);
    opened.add(level);
    return toRecord(draftOf(place, { isFirst, share: random(), quantity: 1 + pick(9) }), `${seed}-${count++}`);
  };
}

/** One event for every level, so that what follows finds all of them there. */
export function openingEvents({ seed, skus }) {
  return Array.from({ length: LOCATIONS.length * skus }, (_, level) => {
    const place = { location: LOCATIONS[level % LOCATIONS.length], sku: skuOf(Math.floor(level / LOCATIONS.length)) };
    return toRecord(draftOf(place, { isFirst: true, share: 0, quantity: 1 }), `${seed}-open-${level}`);
  });
}

/** A CloudEvent that receives one piece, as a warehouse would post it. `number` counts through all levels in turn. */
export function arrivalOf(number, id) {
  const { location, sku } = levelAt(number);
  const data = { location, purchaseOrder: 'PO-1001', lines: [{ line: 1, sku, quantity: 1 }] };
  return { specversion: '1.0', id, source: SOURCE, type: 'quayside.stock.received.v1', time: new Date().toISOString(), data };
}

export const levelAt = (number) => ({ location: LOCATIONS[number % LOCATIONS.length], sku: skuOf(Math.floor(number / LOCATIONS.length) % SKUS) });

const SOURCE = '/wms/bench';
const skuOf = (number) => `SKU-${String(number).padStart(6, '0')}`;

function draftOf({ location, sku }, { isFirst, share, quantity }) {
  if (isFirst) return { name: 'received', data: { location, lines: [{ sku, quantity: OPENING_QUANTITY }] } };
  if (share < 0.55) return { name: 'shipped', data: { location, order: 'SO-1', lines: [{ sku, quantity }] } };
  if (share < 0.9) return { name: 'received', data: { location, lines: [{ sku, quantity }] } };
  return { name: 'adjusted', data: { location, reason: 'found', lines: [{ sku, delta: quantity }] } };
}

function toRecord({ name, data }, id) {
  const now = Date.now();
  const event = { specversion: '1.0', id, source: SOURCE, type: `quayside.stock.${name}.v1`, data };
  const value = encodeEnvelope({ v: 1, occurredAt: now, receivedAt: now, hash: contentHash(event), sender: 'bench', event });
  return { partition: partitionOf(data.location), key: data.location, value };
}

function onePerPartition() {
  const found = new Map();
  for (let number = 1; found.size < PARTITION_COUNT; number++) {
    const location = `DC-${number}`;
    const partition = partitionOf(location);
    if (!found.has(partition)) found.set(partition, location);
  }
  return [...found.values()];
}

/** Pseudo-random numbers in [0, 1) (mulberry32). */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
