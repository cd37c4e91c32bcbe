export * from './apiKeys.js';
export * from './boot.js';
export * from './closeConnections.js';
export * from './config.js';
export * from './health.js';
export * from './log.js';
export * from './partitionBoard.js';
export * from './tokens.js';
