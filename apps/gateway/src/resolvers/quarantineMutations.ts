import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { DismissEventsPayload, ReleaseEventsPayload } from '../quarantine/quarantineCommands.js';
import type { Given } from '../reads/inputs.js';

/** `releaseEvents` and `dismissEvents`. */
@Resolver()
export class QuarantineMutations {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'quarantineCommands'>) {}

  @Mutation('releaseEvents')
  releaseEvents(@Args() given: Given, @Context() context: GatewayContext): Promise<ReleaseEventsPayload> {
    return this.parts.quarantineCommands.release(given['input'], context);
  }

  @Mutation('dismissEvents')
  dismissEvents(@Args() given: Given, @Context() context: GatewayContext): Promise<DismissEventsPayload> {
    return this.parts.quarantineCommands.dismiss(given['input'], context);
  }
}
