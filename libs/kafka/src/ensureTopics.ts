import { PARTITION_COUNT, RECORD_BYTES_MAX, TOPIC_SETTINGS, topicName, type TopicRole } from '@quayside/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { connectLog, type LogSettings } from './connectLog.js';

const ROLES = Object.keys(TOPIC_SETTINGS) as TopicRole[];
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Thrown when a topic exists with settings on which exactness cannot rest; `faults` has one line each. */
export class TopicMismatch extends Error {
  readonly code = 'TOPIC_MISMATCH';
  override readonly name = 'TopicMismatch';
  constructor(readonly faults: readonly string[]) {
    super(`Topics are not as Quayside needs them:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Creates the topics that are missing and checks them all. Throws TopicMismatch. */
export async function ensureTopics({ brokers, prefix }: { brokers: readonly string[]; prefix: string }): Promise<void> {
  await withAdmin({ brokers, prefix, clientId: 'quayside-setup', logger: SILENT }, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = ROLES.filter((role) => !present.has(topicName(prefix, role)));
    await admin.createTopics({
      // The client's own waiting throws when metadata lags behind the creation, as it does on a broker just started.
      waitForLeaders: false,
      topics: missing.map((role) => ({
        topic: topicName(prefix, role),
        numPartitions: PARTITION_COUNT,
        replicationFactor: -1,
        configEntries: Object.entries(TOPIC_SETTINGS[role]).map(([name, value]) => ({ name, value })),
      })),
    });
    const faults = await onceKnown(() => findFaults(admin, prefix));
    if (faults.length > 0) throw new TopicMismatch(faults);
  });
}

/** A topic just made is not known to every broker at once; this long at most, ms. */
const KNOWN_MS_MAX = 15_000;
const LOOK_MS = 200;

async function onceKnown<T>(look: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + KNOWN_MS_MAX;
  for (;;) {
    try {
      return await look();
    } catch (cause) {
      const isYoung = (cause as { type?: unknown }).type === 'UNKNOWN_TOPIC_OR_PARTITION' || (cause as { type?: unknown }).type === 'LEADER_NOT_AVAILABLE';
      if (!isYoung || Date.now() > deadline) throw cause;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

/** Checks without creating: what a service does at its start. Throws TopicMismatch. */
export async function checkTopics(settings: LogSettings): Promise<void> {
  const faults = await withAdmin(settings, (admin) => findFaults(admin, settings.prefix));
  if (faults.length > 0) throw new TopicMismatch(faults);
}

/** First and next offset of every partition of a topic. */
export async function readTopicEnds(settings: LogSettings, role: TopicRole): Promise<Map<number, { low: number; high: number }>> {
  const offsets = await withAdmin(settings, (admin) => admin.fetchTopicOffsets(topicName(settings.prefix, role)));
  return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
}

async function withAdmin<T>(settings: LogSettings, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = connectLog(settings).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

async function findFaults(admin: Admin, prefix: string): Promise<string[]> {
  const names = ROLES.map((role) => topicName(prefix, role));
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const faults = topics
    .filter((topic) => topic.partitions.length !== PARTITION_COUNT)
    .map((topic) => `${topic.name} has ${topic.partitions.length} partitions instead of ${PARTITION_COUNT}: the owner of every row follows from that number`);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  for (const resource of resources) {
    const value = (setting: string): string | undefined => resource.configEntries.find((entry) => entry.configName === setting)?.configValue;
    if (Number(value('max.message.bytes') ?? 0) < RECORD_BYTES_MAX)
      faults.push(`${resource.resourceName} takes records of ${value('max.message.bytes')} bytes at most (max.message.bytes), ${RECORD_BYTES_MAX} are needed`);
    if (value('cleanup.policy') !== 'delete')
      faults.push(`${resource.resourceName} is compacted (cleanup.policy=${value('cleanup.policy')}): events would vanish`);
    if (resource.resourceName !== topicName(prefix, 'events')) continue;
    if (value('message.timestamp.type') !== 'LogAppendTime')
      faults.push(`${resource.resourceName} needs message.timestamp.type=LogAppendTime: recordedAt comes from it`);
  }
  return faults;
}
