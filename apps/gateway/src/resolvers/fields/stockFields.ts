import { available, onHand, partitionOf, position, unsellable, reservationStatus, type Level, type Quantity } from '@quayside/contracts';
import {
  countLevels,
  readStockSeries,
  type Database,
  type LedgerEntry,
  type LedgerFilter,
  type LevelFilter,
  type StockAsOf,
  type StoredPromise,
} from '@quayside/store';
import type { GatewayContext } from '../../context.js';
import type { Dated, Freshness, FreshnessGauge } from '../../health/freshness.js';
import { encodeNodeId } from '../../nodeId.js';
import type { LevelConnection, LevelPages } from '../../reads/levelPages.js';
import { pickCode } from '../../reads/inputs.js';
import { readLedgerFilter, type LedgerPages } from '../../reads/ledgerPages.js';
import { TOTAL_COUNT_MAX } from '../../reads/page.js';
import { fillSeries } from '../../reads/stockSeries.js';
import { readTimeWindow, showTimeWindow } from '../../reads/timeWindow.js';
import { refusal } from '../../refusal.js';
import { readPromisePage } from '../../reads/promisePages.js';
import { narrow } from '../../visible.js';
import { PLACE, type PageArguments } from './place.js';

export interface StockFieldsParts {
  readonly pool: Database['pool'];
  readonly levelPages: LevelPages;
  readonly ledgerPages: LedgerPages;
  readonly freshness: FreshnessGauge;
}

/** Fields of items, locations, levels, promises, and of levels as they were. */
export function stockFields({ pool, levelPages, ledgerPages, freshness }: StockFieldsParts) {
  const levelsOf = (filter: Partial<LevelFilter>, { first, after }: PageArguments, { visible }: GatewayContext): Promise<LevelConnection> =>
    levelPages.connection({ filter: { ...ALL_LEVELS, locations: narrow(visible, null), ...filter }, order: 'SKU_ASC', first, after });
  return {
    Item: {
      id: ({ sku }: { sku: string }) => encodeNodeId({ kind: 'item', sku }),
      levels: ({ sku }: { sku: string }, page: PageArguments, context: GatewayContext) => levelsOf({ skus: [sku] }, page, context),
      total: ({ sku }: { sku: string }, _none: unknown, { itemTotals }: GatewayContext) => itemTotals.load(sku),
      ledger: ({ sku }: { sku: string }, { filter, first, after }: PageArguments & { filter?: unknown }, { visible }: GatewayContext) =>
        ledgerPages.connection({ filter: ofItem(readLedgerFilter(filter, visible), sku), first, after }),
      stockSeries: async ({ sku }: { sku: string }, { window: asked, locationId }: SeriesArguments, { visible }: GatewayContext) => {
        const window = readTimeWindow(asked);
        const code = typeof locationId === 'string' ? pickCode({ id: locationId }) : null;
        if (typeof locationId === 'string' && code === null)
          throw refusal('BAD_USER_INPUT', '`locationId` is an id of something else', { argument: 'locationId' });
        const stored = await readStockSeries(pool, { ...window, sku, locations: narrow(visible, code === null ? null : [code]) });
        return { window: showTimeWindow(window), item: { sku }, location: code === null ? null : { code }, ...fillSeries(window, stored) };
      },
    },
    Location: {
      id: ({ code }: { code: string }) => encodeNodeId({ kind: 'location', code }),
      levels: ({ code }: { code: string }, page: PageArguments, context: GatewayContext) =>
        levelsOf({ locations: narrow(context.visible, [code]) }, page, context),
      freshness: async ({ code }: { code: string }, _none: unknown, { siteTimes }: GatewayContext) => {
        const times = await siteTimes.load(code);
        return freshness.of([{ location: code, lastEventAt: times?.lastEventAt ?? null, processedAt: times?.updatedAt ?? null }]);
      },
    },
    StockLevel: {
      ...PLACE,
      id: ({ location, sku }: Level) => encodeNodeId({ kind: 'level', location, sku }),
      onHand,
      unsellable,
      available,
      position,
      reservations: ({ location, sku }: Level, page: PageArguments, { promisePages }: GatewayContext) =>
        promisePages.load(readPromisePage({ location, sku }, page)),
      freshness: (level: Level) => freshness.of([datedLevel(level)]),
    },
    StockLevelConnection: {
      totalCount: ({ filter }: LevelConnection) => countLevels(pool, filter, TOTAL_COUNT_MAX),
      freshness: ({ nodes }: LevelConnection, _none: unknown, { visible }: GatewayContext) => freshness.ofAnswer(nodes.map(datedLevel), visible),
    },
    StockLevelBatch: {
      freshness: ({ levels }: { levels: readonly Level[] }, _none: unknown, { visible }: GatewayContext): Freshness =>
        freshness.ofAnswer(levels.map(datedLevel), visible),
    },
    LedgerBatch: {
      freshness: ({ entries }: { entries: readonly LedgerEntry[] }, _none: unknown, { visible }: GatewayContext): Freshness =>
        freshness.ofAnswer(
          entries.map(({ location, occurredAt, recordedAt }) => ({ location, lastEventAt: occurredAt, processedAt: recordedAt })),
          visible,
        ),
    },
    Reservation: {
      ...PLACE,
      id: (promise: StoredPromise) => promiseId(promise),
      status: reservationStatus,
      shortBy: missing,
      order: ({ location, order }: StoredPromise, _none: unknown, { orders }: GatewayContext) =>
        order === null ? null : orders.load({ location, number: order }),
    },
    StockAsOf: {
      ...PLACE,
      onHand: onHandThen,
      unsellable: ({ inspection, hold, damaged }: StockAsOf) => inspection + hold + damaged,
      available: ({ sellable, reserved }: StockAsOf) => sellable - reserved,
      lastEntry: (asOf: StockAsOf, _none: unknown, { lastEntries }: GatewayContext) => lastEntries.load(asOf),
    },
  };
}

/** Of `stockSeries`. */
export interface SeriesArguments {
  readonly window: unknown;
  readonly locationId?: string | null;
}
/** A filter that names other items too matches none of them here. */
const ofItem = (filter: LedgerFilter, sku: string): LedgerFilter => ({ ...filter, skus: filter.skus === null || filter.skus.includes(sku) ? [sku] : [] });
const ALL_LEVELS: LevelFilter = { skus: null, locations: null, skuPrefix: null, belowReorderPoint: null, negative: null };

/** A promise for an order's line is an object of its own beside the line. */
export const promiseId = ({ kind, location, reference, line }: StoredPromise): string =>
  encodeNodeId(kind === 'order' ? { kind: 'promise', location, number: reference, line } : { kind: 'reservation', location, reference, line });

/** Of a promise that was refused, whole or in part: what was missing. A reservation of several lines may be refused for another of them. */
async function missing({ kind, location, line, place, rejected }: StoredPromise, _none: unknown, { decisions }: GatewayContext): Promise<Quantity | null> {
  if (rejected === 0) return null;
  if (kind === 'order') return rejected;
  const decision = await decisions.load({ partition: partitionOf(location), offset: place });
  return decision?.shortBy.find((short) => short.line === line)?.quantity ?? 0;
}

const onHandThen = ({ sellable, inspection, hold, damaged }: StockAsOf): number => sellable + inspection + hold + damaged;
const datedLevel = ({ location, lastEventAt, updatedAt }: Level): Dated => ({ location, lastEventAt, processedAt: updatedAt });
