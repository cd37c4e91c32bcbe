import type { Logger, Tokens } from '@quayside/service';
import type { Database } from '@quayside/store';
import type { FreshnessGauge } from './health/freshness.js';
import type { GatewayMetrics } from './gatewayMetrics.js';
import type { HealthWatch } from './health/healthWatch.js';
import type { Feed } from './live/feed.js';
import type { AlertCommands } from './alerts/alertCommands.js';
import type { CommandLog } from './commands/commandLog.js';
import type { OrderPages } from './reads/orderPages.js';
import type { QuarantineCommands } from './quarantine/quarantineCommands.js';
import type { SourceEventPages } from './reads/sourceEventPages.js';
import type { AlertPages } from './reads/alertPages.js';
import type { LedgerPages } from './reads/ledgerPages.js';
import type { LevelPages } from './reads/levelPages.js';
import type { LevelReader } from './reads/levelReader.js';
import type { NodeReader } from './reads/nodeReader.js';

/** Name under which Nest hands out the parts. */
export const GATEWAY_PARTS = Symbol('GatewayParts');

/** What resolvers and transports work with, made once in main.ts. */
export interface GatewayParts {
  readonly logger: Logger;
  readonly tokens: Pick<Tokens, 'verify'>;
  readonly pool: Database['pool'];
  readonly levelReader: LevelReader;
  readonly levelPages: LevelPages;
  readonly alertPages: AlertPages;
  readonly ledgerPages: LedgerPages;
  readonly nodeReader: NodeReader;
  readonly freshness: FreshnessGauge;
  readonly healthWatch: HealthWatch;
  readonly orderPages: OrderPages;
  readonly sourceEventPages: SourceEventPages;
  readonly commandLog: CommandLog;
  readonly quarantineCommands: QuarantineCommands;
  readonly alertCommands: AlertCommands;
  readonly now: () => number;
  /** How long alerting lets a report be late, ms. */
  readonly latenessMs: number;
  readonly metrics: GatewayMetrics;
  readonly feeds: Readonly<Record<string, Feed>>;
  /** False: graphql-js interprets every request (GRAPHQL_JIT=off). */
  readonly compiles: boolean;
  /** Whether both topics have been read to their end once: a stream that began earlier would have to begin again. */
  readonly isServing: () => boolean;
}
