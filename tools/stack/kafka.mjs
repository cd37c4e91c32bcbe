import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askCommand, runCommand } from '../host/command.mjs';
import { Failure } from '../host/failure.mjs';
import { readText, writeAtomically } from '../host/files.mjs';
import { doesKafkaAnswer } from './answers.mjs';
import { kafkaUrl } from './context.mjs';
import { installHint } from './hints.mjs';
import { fetchWithMaven, hasMaven, isFetched } from './maven.mjs';
import { serverPart } from './server.mjs';

const JAVA_VERSION_MIN = 17;
const OWN_FILES = fileURLToPath(new URL('./kafka/', import.meta.url));
const KAFKA_JARS = { part: 'kafka', pom: join(OWN_FILES, 'pom.xml') };

/**
 * Apache Kafka in KRaft mode, broker and controller in one process, from its Maven jars.
 * Everything is named relative to `<home>/kafka`, its working folder: a class path cannot hold a colon, and a
 * list of log folders no comma, but a person's folder name can.
 */
export function kafkaPart(context) {
  const { home, ports } = context;
  const folder = join(home, 'kafka');
  return serverPart(context, {
    name: 'kafka',
    title: 'Kafka',
    url: kafkaUrl(context),
    stopSignal: 'SIGTERM',
    stopMs: 5000,
    startMs: 60_000,
    prepare: () => prepareKafka(context, folder),
    isReady: () => doesKafkaAnswer(ports.kafka),
  });
}

/** Fetches the broker's jars into the cache, unless they are there; may run before anything else is installed. */
export function fetchKafka(context) {
  return fetchWithMaven(context, {
    ...KAFKA_JARS,
    goal: ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'],
    folder: 'libs',
  });
}

/** Throws a Failure that says what is missing when Kafka can neither run nor be fetched here. */
export async function mustRunKafka(context) {
  await findJava();
  if (isFetched(context, KAFKA_JARS) || (await hasMaven())) return;
  throw new Failure({ what: 'Kafka is fetched through Maven', why: 'the command mvn was not found', fix: installHint('maven'), exitCode: 2 });
}

/** The java command to use, when it is new enough; a Failure that says what to do when it is not. */
async function findJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const answer = await askCommand(java, ['-version']);
  const major = answer === null ? null : Number(/version "(\d+)/.exec(answer)?.[1] ?? 0);
  if (major !== null && major >= JAVA_VERSION_MIN) return java;
  throw new Failure({
    what: `Kafka needs Java ${JAVA_VERSION_MIN} or newer`,
    why: major === null ? `the command ${java} was not found` : `${java} says: ${answer}`,
    fix: installHint('java'),
    exitCode: 2,
  });
}

async function prepareKafka(context, folder) {
  const java = await findJava();
  const jars = await fetchKafka(context);
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'libs'), { force: true });
  symlinkSync(jars, join(folder, 'libs'));
  cpSync(join(OWN_FILES, 'log4j2.xml'), join(folder, 'log4j2.xml'));
  writeAtomically(join(folder, 'server.properties'), serverProperties(context.ports));
  if (!existsSync(join(folder, 'log', 'meta.properties'))) await formatLog(context, { java, folder });
  return { command: java, args: [...JAVA_OPTIONS, `-Dquayside.home=${context.home}`, 'kafka.Kafka', 'server.properties'], cwd: folder };
}

const LOGGING = '-Dlog4j2.configurationFile=log4j2.xml';
/** The heap of a broker with some dozen partitions; 256 MB resident when idle. */
const JAVA_OPTIONS = ['-Xms256m', '-Xmx512m', '-XX:+UseG1GC', '-XX:+ExitOnOutOfMemoryError', LOGGING, '-cp', 'libs/*'];
/** The cheapest way to a JVM that lives for two seconds. */
const SHORT_JAVA_OPTIONS = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', LOGGING, '-cp', 'libs/*'];

async function formatLog(context, { java, folder }) {
  const idPath = join(folder, 'cluster-id');
  if (readText(idPath) === null) writeAtomically(idPath, makeClusterId());
  const format = ['kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', readText(idPath), '-c', 'server.properties'];
  context.report?.('kafka', 'preparing the log of Kafka');
  await runCommand(java, [...SHORT_JAVA_OPTIONS, ...format], {
    what: "Preparing Kafka's log failed",
    cwd: folder,
    timeoutMs: 60_000,
    signal: context.signal,
    home: context.home,
    name: 'format-kafka',
  });
}

/** 16 random bytes in base64url; one that begins with a dash would be read as an option. */
function makeClusterId() {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? makeClusterId() : id;
}

function serverProperties(ports) {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': 'log',
    // A mistyped topic must be an error, not a new topic with the wrong number of partitions.
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    // Another process takes over within seconds: consumers use a session of 3 s, the broker's default floor is 6 s.
    'group.min.session.timeout.ms': 1000,
    'group.initial.rebalance.delay.ms': 0,
    // After a `kill -9` the broker is let in again only when its old session is over: 9 s by default.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    // Topics bound a record to 2 MiB; the broker's own bound has to lie above, with room for a batch's headers.
    'message.max.bytes': 2_200_000,
    'replica.fetch.max.bytes': 2_200_000,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'num.replica.fetchers': 1,
    'background.threads': 2,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'log.segment.bytes': 268_435_456,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
