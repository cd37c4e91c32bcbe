import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Level } from '@quayside/contracts';
import { LEVEL_ORDERS, type StockAsOf } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { choicesOf, numberOf, pickCode, pickSku, type Given } from '../reads/inputs.js';
import { readLevelFilter } from '../reads/levelFilter.js';
import type { LevelConnection } from '../reads/levelPages.js';
import type { Page } from '../reads/page.js';
import { readStockAsOfFilter, stockAsOfPage } from '../reads/stockAsOfPages.js';
import { sees } from '../visible.js';

/** `stockLevel`, `stockLevels` and `stockAsOf`. */
@Resolver()
export class StockQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'levelPages' | 'pool'>) {}

  /** One level by its natural key; null where there is none, or none that the viewer may see. */
  @Query('stockLevel')
  async stockLevel(@Args() given: Given, @Context() { visible, levels }: GatewayContext): Promise<Level | null> {
    const sku = pickSku(given['item']);
    const location = pickCode(given['location']);
    return sku === null || location === null || !sees(visible, location) ? null : levels.load({ location, sku });
  }

  @Query('stockLevels')
  stockLevels(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<LevelConnection> {
    const [order = 'UPDATED_AT_DESC'] = choicesOf({ orderBy: [given['orderBy']] }, 'orderBy', LEVEL_ORDERS) ?? [];
    return this.parts.levelPages.connection({ filter: readLevelFilter(given['filter'], visible), order, first: given['first'], after: given['after'] });
  }

  @Query('stockAsOf')
  stockAsOf(@Args() given: Given, @Context() { visible, now }: GatewayContext): Promise<Page<StockAsOf>> {
    const [at, asKnownAt] = [numberOf(given, 'at') ?? now, numberOf(given, 'asKnownAt')];
    const filter = readStockAsOfFilter(given['filter'], visible);
    return stockAsOfPage(this.parts.pool, { at, asKnownAt, now, filter, first: given['first'], after: given['after'] });
  }
}
