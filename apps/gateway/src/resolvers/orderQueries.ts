import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { ORDER_SORTS, summarizeStages, type StageSummary, type StoredOrder } from '@quayside/store';
import { ORDER_STAGES } from '@quayside/contracts';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { choicesOf, type Given } from '../reads/inputs.js';
import { readOrderFilter } from '../reads/orderFilter.js';
import type { OrderConnection } from '../reads/orderPages.js';
import { findOrder } from '../reads/orderRef.js';

/** `order`, `orders` and `orderBoard`. */
@Resolver()
export class OrderQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'orderPages' | 'pool'>) {}

  @Query('order')
  order(@Args() given: Given, @Context() context: GatewayContext): Promise<StoredOrder | null> {
    return findOrder(this.parts.pool, given['ref'], context);
  }

  @Query('orders')
  orders(@Args() given: Given, @Context() context: GatewayContext): Promise<OrderConnection> {
    const [sort = 'PROMISED_SHIP_BY_ASC'] = choicesOf({ orderBy: [given['orderBy']] }, 'orderBy', ORDER_SORTS) ?? [];
    return this.parts.orderPages.connection({ filter: readOrderFilter(given['filter'], context), sort, first: given['first'], after: given['after'] });
  }

  /** In the order of the stages; those that no order is in are absent. */
  @Query('orderBoard')
  async orderBoard(@Args() given: Given, @Context() context: GatewayContext): Promise<StageSummary[]> {
    const found = await summarizeStages(this.parts.pool, readOrderFilter(given['filter'], context));
    return ORDER_STAGES.flatMap((stage) => found.filter((summary) => summary.stage === stage));
  }
}
