export * from './applied.js';
export * from './bookingsOf.js';
export * from './factPlace.js';
export * from './foldBatch.js';
export * from './known.js';
export * from './logPosition.js';
export * from './memoryState.js';
export * from './movement.js';
