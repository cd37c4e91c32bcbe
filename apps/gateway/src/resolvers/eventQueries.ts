import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { Given } from '../reads/inputs.js';
import { readSourceEventFilter } from '../reads/sourceEventFilter.js';
import type { SourceEventConnection } from '../reads/sourceEventPages.js';

/** `events`. */
@Resolver()
export class EventQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'sourceEventPages'>) {}

  @Query('events')
  events(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<SourceEventConnection> {
    return this.parts.sourceEventPages.connection({ filter: readSourceEventFilter(given['filter'], visible), first: given['first'], after: given['after'] });
  }
}
