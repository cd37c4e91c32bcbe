import { Inject } from '@nestjs/common';
import { Args, Context, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ITEM_MEASURES, rankItems } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { choicesOf, type Given } from '../reads/inputs.js';
import { readTimeWindow } from '../reads/timeWindow.js';
import { refusal } from '../refusal.js';
import { narrow } from '../visible.js';

/** Longer ones would read a ledger of months at each look; a series by day comes with analytics of its own. */
const WINDOW_MS_MAX = 31 * 86_400_000;
const RANKS_MAX = 100;

/** `analytics`. */
@Resolver('Analytics')
export class AnalyticsQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'pool'>) {}

  @Query('analytics')
  analytics(): object {
    return {};
  }

  @ResolveField('topItems')
  async topItems(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<object[]> {
    const { from, to } = readTimeWindow(given['window']);
    if (to - from > WINDOW_MS_MAX) throw refusal('BAD_USER_INPUT', '`window` is longer than 31 days', { argument: 'window' });
    const [measure] = choicesOf({ by: [given['by']] }, 'by', ITEM_MEASURES) ?? [];
    if (measure === undefined) throw new Error('The door let an unknown measure through');
    const ranks = await rankItems(this.parts.pool, { measure, from, to, locations: narrow(visible, null), limit: readFirst(given['first']) });
    return ranks.map(({ sku, units }) => ({ item: { sku }, value: units, unit: 'PIECE' }));
  }
}

function readFirst(first: unknown): number {
  if (typeof first === 'number' && first >= 1 && first <= RANKS_MAX) return first;
  throw refusal('BAD_USER_INPUT', `\`first\` is ${JSON.stringify(first)}; 1 to ${RANKS_MAX} are served`, { argument: 'first', max: RANKS_MAX });
}
