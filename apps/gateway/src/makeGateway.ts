import { readFileSync } from 'node:fs';
import type { Alert, ChangeNumber, DecisionChange } from '@quayside/contracts';
import { Publisher, type LogSettings } from '@quayside/kafka';
import { Tokens, type HealthBoard, type Logger } from '@quayside/service';
import {
  openDatabase,
  openLiveLevels,
  readAlerts,
  readCommandStates,
  readLedgerOn,
  readLevels,
  readOrderNews,
  readStoreEpoch,
  type Database,
} from '@quayside/store';
import type { Registry } from 'prom-client';
import { AlertCommands } from './alerts/alertCommands.js';
import { CommandLog } from './commands/commandLog.js';
import { OutcomeWaits } from './commands/outcomeWaits.js';
import { every } from './every.js';
import { alertFeed } from './feeds/alertFeed.js';
import { healthFeed } from './feeds/healthFeed.js';
import { ledgerFeed } from './feeds/ledgerFeed.js';
import { levelFeed } from './feeds/levelFeed.js';
import { orderFeed } from './feeds/orderFeed.js';
import { encodeStreamCursor, laterOf } from './feeds/streamCursor.js';
import { followStreams, makeStreams, type Streams } from './feeds/streams.js';
import type { GatewayConfig } from './gatewayConfig.js';
import { GatewayMetrics } from './gatewayMetrics.js';
import type { GatewayParts } from './gatewayParts.js';
import { FreshnessGauge } from './health/freshness.js';
import { healthProbes } from './health/healthProbes.js';
import { HealthWatch } from './health/healthWatch.js';
import { LastMinute } from './health/lastMinute.js';
import { SiteClocks } from './health/siteClocks.js';
import { QuarantineCommands } from './quarantine/quarantineCommands.js';
import { AlertPages } from './reads/alertPages.js';
import { LedgerPages } from './reads/ledgerPages.js';
import { LevelPages } from './reads/levelPages.js';
import { LevelReader } from './reads/levelReader.js';
import { NodeReader } from './reads/nodeReader.js';
import { OrderPages } from './reads/orderPages.js';
import { SourceEventPages } from './reads/sourceEventPages.js';

export interface GatewayGiven {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly board: HealthBoard;
  readonly metrics: Registry;
}
export interface Gateway {
  readonly parts: GatewayParts;
  /** Looks at the stores once, before anyone is served: the store's identity is part of every cursor. Goes on without those that are away. */
  prepare(): Promise<void>;
  run(): Promise<void>;
  stop(): Promise<void>;
}

/** How often the stores are looked at, ms: often enough for what health tells of the last minute. */
const SAMPLE_MS = 5_000;

/** Makes the gateway's parts and ties them together; nothing is asked of any server before `run`. */
export function makeGateway({ config, logger, board, metrics: registry }: GatewayGiven): Gateway {
  const now = Date.now;
  const settings: LogSettings = { brokers: config.KAFKA_BROKERS, prefix: config.QUAYSIDE_TOPIC_PREFIX, clientId: 'gateway', logger };
  const database = openDatabase({
    url: config.DATABASE_URL,
    schema: config.QUAYSIDE_SCHEMA,
    onError: (cause) => logger.warn({ err: cause }, 'a connection to Postgres was lost'),
  });
  const { pool } = database;
  let redisState = { up: false, detail: 'not connected yet' };
  const live = openLiveLevels({ url: config.REDIS_URL, prefix: config.QUAYSIDE_REDIS_PREFIX, onState: (up, detail) => (redisState = { up, detail }) });
  const publisher = new Publisher(settings, (up, detail) => logger[up ? 'info' : 'warn']({ detail }, 'connection for commands'));

  const metrics = new GatewayMetrics(registry);
  const sites = new SiteClocks();
  const minute = new LastMinute(now());
  const decisions = new OutcomeWaits<DecisionChange>();
  const episodes = new OutcomeWaits<Alert>();
  const streams = makeStreams({ pool, logger, metrics, sites, minute, decisions, episodes, isReady: () => board.report().ready });
  const { levels, orders, alerts } = streams;

  const showLevelsHead = (): string => levels.showHead();
  const showLevelsAfter = (partition: number, at: ChangeNumber): string =>
    encodeStreamCursor(laterOf(levels.head(), { epoch: '', numbers: new Map([[partition, at]]) }));
  const levelPages = new LevelPages(pool, showLevelsHead);
  const orderPages = new OrderPages(pool, showLevelsHead);
  const healthWatch = new HealthWatch({
    probes: healthProbes(pool, settings),
    board,
    minute,
    redis: () => redisState,
    now,
    version: readVersion(),
    retentionMs: () => Math.min(...[levels, orders, alerts].map((stretch) => stretch.retentionMs(now()))),
  });
  const alertPages = new AlertPages(pool, () => alerts.showHead());
  const parts: GatewayParts = {
    logger,
    tokens: new Tokens({ jwks: config.JWKS_FILE, issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE }),
    pool,
    metrics,
    levelPages,
    alertPages,
    levelReader: new LevelReader({
      live,
      readStored: (keys) => readLevels(pool, keys),
      headOf: (partition) => levels.headOf(partition),
      epoch: () => levels.epoch,
      now,
      onRedisFault: (cause) => logger.warn({ err: cause }, 'Redis did not answer; Postgres does'),
    }),
    ledgerPages: new LedgerPages(pool, showLevelsHead),
    nodeReader: new NodeReader(pool, config.ALLOWED_LATENESS_MS),
    freshness: new FreshnessGauge({ sites, now, isFollowing: () => board.report().parts['changes']?.ready === true }),
    healthWatch,
    orderPages,
    sourceEventPages: new SourceEventPages(pool, showLevelsHead),
    commandLog: new CommandLog({
      publisher,
      waits: decisions,
      readStates: (asked) => readCommandStates(pool, asked),
      showHead: showLevelsHead,
      showAfter: showLevelsAfter,
      now,
    }),
    quarantineCommands: new QuarantineCommands({ pool, publisher, now }),
    alertCommands: new AlertCommands({ publisher, waits: episodes, readAlerts: (ids) => readAlerts(pool, ids), now }),
    now,
    latenessMs: config.ALLOWED_LATENESS_MS,
    feeds: {
      stockLevelChanges: levelFeed(levels, (filter, from) => levelPages.snapshotPage(filter, from)),
      orderChanges: orderFeed({
        orders,
        levels,
        readPage: (filter, from) => orderPages.snapshotPage(filter, from),
        readNews: (news) => readOrderNews(pool, news),
        now,
      }),
      ledgerEntries: ledgerFeed(levels, (asked) => readLedgerOn(pool, asked)),
      alertChanges: alertFeed(alerts, (filter, from) => alertPages.snapshotPage(filter, from)),
      healthChanges: healthFeed(healthWatch),
    },
    compiles: config.GRAPHQL_JIT === 'on',
    isServing: oncePassed(() => board.report().parts['changes']?.ready === true && board.report().parts['alerts']?.ready === true),
  };

  const look = lookAt({ streams, board, pool, logger, watch: parts.healthWatch });
  const ends: (() => Promise<void>)[] = [];
  return {
    parts,
    prepare: look,
    run: async () => {
      ends.push(every(SAMPLE_MS, look), ...followStreams(streams, { settings, board }));
      void publisher.connect();
    },
    stop: async () => {
      await Promise.all(ends.map((end) => end()));
      await Promise.all([publisher.close(), live.close(), database.close()]);
    },
  };
}

interface Looked {
  readonly streams: Streams;
  readonly board: HealthBoard;
  readonly pool: Database['pool'];
  readonly logger: Logger;
  readonly watch: HealthWatch;
}

/** One look at the stores: which store it is, whether Postgres answers, and what health tells. */
function lookAt({ streams, board, pool, logger, watch }: Looked): () => Promise<void> {
  return async () => {
    try {
      streams.restart(await readStoreEpoch(pool));
      board.up('postgres');
    } catch (cause) {
      board.down('postgres', cause instanceof Error ? cause.message : String(cause));
    }
    await watch.sample().catch((cause: unknown) => logger.debug({ err: cause }, 'some numbers of health could not be measured'));
  };
}

/** True from the first time that the check passes. */
function oncePassed(check: () => boolean): () => boolean {
  let passed = false;
  return () => (passed ||= check());
}

function readVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}
