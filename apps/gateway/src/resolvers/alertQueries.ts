import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { readAlertFilter } from '../reads/alertFilter.js';
import type { AlertConnection } from '../reads/alertPages.js';
import type { Given } from '../reads/inputs.js';

/** `alerts`. */
@Resolver()
export class AlertQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'alertPages'>) {}

  @Query('alerts')
  alerts(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<AlertConnection> {
    return this.parts.alertPages.connection({ filter: readAlertFilter(given['filter'], visible), first: given['first'], after: given['after'] });
  }
}
