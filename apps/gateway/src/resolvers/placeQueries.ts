import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { findLocations, findSkus } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { pickCode, pickSku, type Given } from '../reads/inputs.js';
import type { Page } from '../reads/page.js';
import { sitePage } from '../reads/sitePages.js';
import { narrow, sees } from '../visible.js';

const ALL = { skus: null, locations: null, skuPrefix: null, belowReorderPoint: null, negative: null };

/** `item`, `location` and `locations`: what is, or ever was, in stock where the token may look. */
@Resolver()
export class PlaceQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'pool'>) {}

  @Query('item')
  async item(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<{ sku: string } | null> {
    const sku = pickSku(given['ref']);
    if (sku === null) return null;
    const [found] = await findSkus(this.parts.pool, { ...ALL, skus: [sku], locations: narrow(visible, null) });
    return found === undefined ? null : { sku: found };
  }

  @Query('location')
  async location(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<{ code: string } | null> {
    const code = pickCode(given['ref']);
    if (code === null || !sees(visible, code)) return null;
    const [found] = await findLocations(this.parts.pool, { ...ALL, locations: [code] });
    return found === undefined ? null : { code: found };
  }

  @Query('locations')
  locations(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<Page<{ readonly code: string }>> {
    return sitePage(this.parts.pool, { first: given['first'], after: given['after'], visible });
  }
}
