import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { listOf, textOf, type Given } from '../reads/inputs.js';
import type { NodeObject } from '../reads/nodeReader.js';

/** `node` and `nodes`. */
@Resolver()
export class NodeQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'nodeReader'>) {}

  @Query('node')
  async node(@Args() given: Given, @Context() context: GatewayContext): Promise<NodeObject | null> {
    const [found = null] = await this.parts.nodeReader.read([textOf(given, 'id') ?? ''], context);
    return found;
  }

  @Query('nodes')
  nodes(@Args() given: Given, @Context() context: GatewayContext): Promise<(NodeObject | null)[]> {
    return this.parts.nodeReader.read(listOf(given, 'ids') ?? [], context);
  }
}
