import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { Given } from '../reads/inputs.js';
import { readLedgerFilter, type LedgerConnection } from '../reads/ledgerPages.js';

/** `ledger`. */
@Resolver()
export class LedgerQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'ledgerPages'>) {}

  @Query('ledger')
  ledger(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<LedgerConnection> {
    return this.parts.ledgerPages.connection({ filter: readLedgerFilter(given['filter'], visible), first: given['first'], after: given['after'] });
  }
}
