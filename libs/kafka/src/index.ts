export * from './connectLog.js';
export * from './ensureTopics.js';
export * from './followTopic.js';
export * from './logRecord.js';
export * from './ownPartitions.js';
export * from './ownWhileSafe.js';
export * from './partitionLoop.js';
export * from './publisher.js';
