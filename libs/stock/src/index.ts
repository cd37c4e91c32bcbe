export * from './apply.js';
export * from './bookingsOf.js';
export * from './foldBatch.js';
export * from './movement.js';
