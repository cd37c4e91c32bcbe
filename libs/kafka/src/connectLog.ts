import kafkajs, { type Kafka, type LogEntry } from 'kafkajs';

/** How a room speaks of what it does; pino's shape. */
export interface LogLogger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface LogSettings {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Before every topic and group name; '' on a broker of our own. */
  readonly prefix: string;
  readonly clientId: string;
  readonly logger: LogLogger;
  /** How long a consumer may be silent before its partitions go to another, ms. 3,000 unless told; a foreign broker may ask for more (group.min.session.timeout.ms). */
  readonly sessionTimeoutMs?: number | undefined;
}

/** Longest wait for a TCP connection and for one answer of the broker, ms: together under the 2 s in which ingest must say 503. */
const CONNECT_MS_MAX = 1_000;
const ANSWER_MS_MAX = 1_500;

/** Retries inside the client, for moved leaders and short cuts only; what lasts longer is the caller's business. `initialRetryTime` 300 (the default) hurts (performance.md). */
const RETRY = { initialRetryTime: 50, maxRetryTime: 400, retries: 5, factor: 0.2, multiplier: 1.7 };

/** A client of the broker. It connects when a producer, consumer or admin of it does. */
export function connectLog(settings: LogSettings): Kafka {
  return new kafkajs.Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: CONNECT_MS_MAX,
    requestTimeout: ANSWER_MS_MAX,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => passOn(settings.logger, entry),
  });
}

/** A rebalance shows up in the client as errors of heartbeats and joins: that is news, not a fault. */
const EXPECTED = /rebalanc|re-join|not aware of this member|Group coordinator not available/i;

function passOn(logger: LogLogger, entry: LogEntry): void {
  const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...facts } = entry.log;
  const error = typeof facts['error'] === 'string' ? facts['error'] : '';
  if (EXPECTED.test(message) || EXPECTED.test(error)) logger.debug(facts, message);
  else if (entry.level === kafkajs.logLevel.ERROR) logger.warn(facts, message);
  else logger.debug(facts, message);
}
