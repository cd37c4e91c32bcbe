import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Level } from '@quayside/contracts';
import { LEVEL_ORDERS } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { choicesOf, pickCode, pickSku, type Given } from '../reads/inputs.js';
import { readLevelFilter } from '../reads/levelFilter.js';
import type { LevelConnection } from '../reads/levelPages.js';
import { sees } from '../visible.js';

/** `stockLevel` and `stockLevels`. */
@Resolver()
export class StockQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'levelPages'>) {}

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
}
