import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { SetStockPolicyPayload } from '../policy/policyCommand.js';
import { readStockPolicy } from '../policy/readStockPolicy.js';
import { asGiven, type Given } from '../reads/inputs.js';
import { refusal } from '../refusal.js';

/** `setStockPolicy`. */
@Resolver()
export class PolicyMutations {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'policyCommand'>) {}

  @Mutation('setStockPolicy')
  async setStockPolicy(@Args() given: Given, @Context() { viewer, visible }: GatewayContext): Promise<SetStockPolicyPayload> {
    if (viewer === null) throw refusal('FORBIDDEN', 'A command needs someone who gives it');
    const read = readStockPolicy(asGiven(given['input']), visible);
    if (read.kind === 'refused') return { level: null, streamCursor: null, userErrors: read.userErrors };
    return this.parts.policyCommand.run(read.policy, viewer);
  }
}
