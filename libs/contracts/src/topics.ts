/** Partitions of every topic, fixed when it is created and checked at each start: the owner of a row follows from it (architecture.md). */
export const PARTITION_COUNT = 24;

/** Largest record that the log takes, bytes; the door refuses events over 1 MiB, the rest is our envelope. */
export const RECORD_BYTES_MAX = 2 * 1024 * 1024;

const WEEK_MS = String(7 * 24 * 3600 * 1000);

/** Settings with which topics are created; what exactness rests on (partitions, no compaction, LogAppendTime, record size) is checked afterwards. The log of events is kept for ever and is the truth of time (LogAppendTime). */
export const TOPIC_SETTINGS = {
  events: {
    'message.timestamp.type': 'LogAppendTime',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'cleanup.policy': 'delete',
    'max.message.bytes': String(RECORD_BYTES_MAX),
  },
  changes: { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': WEEK_MS, 'cleanup.policy': 'delete', 'max.message.bytes': String(RECORD_BYTES_MAX) },
  alerts: { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': WEEK_MS, 'cleanup.policy': 'delete', 'max.message.bytes': String(RECORD_BYTES_MAX) },
  commands: { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': WEEK_MS, 'cleanup.policy': 'delete', 'max.message.bytes': String(RECORD_BYTES_MAX) },
} as const;
export type TopicRole = keyof typeof TOPIC_SETTINGS;

/** The one place that spells a topic. `prefix` is '' on a broker of our own and `quayside.` on one shared with others. */
export const topicName = (prefix: string, role: TopicRole): string => `${prefix}supply.${role}`;
/** Consumer groups: for lag displays and for sharing partitions; positions are kept in Postgres. */
export const groupName = (prefix: string, service: 'inventory' | 'alerting'): string => `${prefix}${service}`;

/**
 * The partition that owns a key (a location, as sent). Kafka's own default (murmur2 over UTF-8), so that a producer
 * in any language lands on the same one; the test compares it with the client's.
 */
export function partitionOf(key: string, partitionCount: number = PARTITION_COUNT): number {
  return (murmur2(new TextEncoder().encode(key)) & 0x7fffffff) % partitionCount;
}

function murmur2(data: Uint8Array): number {
  const M = 0x5bd1e995;
  const byte = (index: number): number => data[index] ?? 0;
  let hash = 0x9747b28c ^ data.length;
  const words = data.length >> 2;
  for (let word = 0; word < words; word++) {
    const at = word * 4;
    let k = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    k = Math.imul(k, M);
    hash = Math.imul(hash, M) ^ k;
  }
  const tail = words * 4;
  const rest = data.length & 3;
  if (rest >= 3) hash ^= byte(tail + 2) << 16;
  if (rest >= 2) hash ^= byte(tail + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ byte(tail), M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}
