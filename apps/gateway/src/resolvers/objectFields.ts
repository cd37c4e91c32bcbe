import { available, onHand, position, unsellable, type Alert, type Bucket, type Level } from '@quayside/contracts';
import { countAlerts, countLevels, countOpenAlerts, type AlertFilter, type LedgerEntry, type LevelFilter, type Database } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import type { Dated, Freshness, FreshnessGauge } from '../health/freshness.js';
import { encodeNodeId } from '../nodeId.js';
import { TOTAL_COUNT_MAX } from '../reads/page.js';
import type { AlertConnection } from '../reads/alertPages.js';
import type { LevelConnection, LevelPages } from '../reads/levelPages.js';
import { SCALARS } from '../scalars.js';
import { narrow } from '../visible.js';

export interface ObjectFieldsParts {
  readonly pool: Database['pool'];
  readonly levelPages: LevelPages;
  readonly freshness: FreshnessGauge;
}
interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/**
 * Fields of the SDL's object types that our own objects do not have under the same name. Plain functions, not Nest's:
 * they run for every row, and guards or pipes have no business there.
 */
export function objectFields({ pool, levelPages, freshness }: ObjectFieldsParts) {
  const levelsOf = (filter: Partial<LevelFilter>, { first, after }: PageArguments, { visible }: GatewayContext): Promise<LevelConnection> =>
    levelPages.connection({ filter: { ...ALL_LEVELS, locations: narrow(visible, null), ...filter }, order: 'SKU_ASC', first, after });
  return {
    ...SCALARS,
    Node: byTypeName,
    AlertSubject: byTypeName,
    UserError: byTypeName,
    Item: {
      id: ({ sku }: { sku: string }) => encodeNodeId({ kind: 'item', sku }),
      levels: ({ sku }: { sku: string }, page: PageArguments, context: GatewayContext) => levelsOf({ skus: [sku] }, page, context),
    },
    Location: {
      id: ({ code }: { code: string }) => encodeNodeId({ kind: 'location', code }),
      levels: ({ code }: { code: string }, page: PageArguments, context: GatewayContext) =>
        levelsOf({ locations: narrow(context.visible, [code]) }, page, context),
    },
    StockLevel: {
      ...PLACE,
      id: ({ location, sku }: Level) => encodeNodeId({ kind: 'level', location, sku }),
      onHand,
      unsellable,
      available,
      position,
      freshness: (level: Level) => freshness.of([datedLevel(level)]),
    },
    LedgerEntry: {
      ...PLACE,
      id: (entry: LedgerEntry) => encodeNodeId({ ...entry, kind: 'ledger' }),
      bucket: ({ bucket }: { bucket: Bucket }) => bucket.toUpperCase(),
      event: ({ source, eventId }: LedgerEntry) => ({ source, eventId }),
    },
    Alert: {
      id: ({ id }: Alert) => encodeNodeId({ kind: 'alert', id }),
      subject: ({ location, sku }: Alert, _none: unknown, { levels }: GatewayContext) =>
        levels.load({ location, sku }).then((level) => (level === null ? null : { __typename: 'StockLevel', ...level })),
    },
    StockLevelConnection: {
      totalCount: ({ filter }: LevelConnection) => countLevels(pool, filter, TOTAL_COUNT_MAX),
      freshness: ({ nodes }: LevelConnection, _none: unknown, { visible }: GatewayContext) => freshness.ofAnswer(nodes.map(datedLevel), visible),
    },
    AlertConnection: {
      totalCount: ({ filter }: AlertConnection) => countAlerts(pool, filter, TOTAL_COUNT_MAX),
      counts: ({ filter }: AlertConnection) => countOpenAlerts(pool, filter),
    },
    StockLevelBatch: {
      freshness: ({ levels }: { levels: readonly Level[] }, _none: unknown, { visible }: GatewayContext): Freshness =>
        freshness.ofAnswer(levels.map(datedLevel), visible),
    },
    AlertBatch: {
      freshness: ({ alerts }: { alerts: readonly Alert[] }, _none: unknown, { visible }: GatewayContext): Freshness =>
        freshness.ofAnswer(alerts.map(datedAlert), visible),
      counts: ({ filter }: { filter: AlertFilter }) => countOpenAlerts(pool, filter),
    },
  };
}

const ALL_LEVELS: LevelFilter = { skus: null, locations: null, skuPrefix: null, belowReorderPoint: null, negative: null };

/** Item and location of anything that stands at one. */
const PLACE = {
  item: ({ sku }: { sku: string }) => ({ sku }),
  location: ({ location }: { location: string }) => ({ code: location }),
};
const byTypeName = { __resolveType: ({ __typename }: { __typename: string }): string => __typename };

const datedLevel = ({ location, lastEventAt, updatedAt }: Level): Dated => ({ location, lastEventAt, processedAt: updatedAt });
const datedAlert = ({ location, lastSeenAt }: Alert): Dated => ({ location, lastEventAt: null, processedAt: lastSeenAt });
