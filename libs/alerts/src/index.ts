export * from './episodes.js';
export * from './fingerprint.js';
export * from './lowStock.js';
export * from './negativeOnHand.js';
export * from './verdict.js';
