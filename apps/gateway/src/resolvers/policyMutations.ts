import { randomUUID } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { Level } from '@quayside/contracts';
import { levelsOf, runCommand } from '../commands/runCommand.js';
import type { UserError } from '../commands/userErrors.js';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { readStockPolicy } from '../commands/readStockPolicy.js';
import type { Given } from '../reads/inputs.js';

interface SetStockPolicyPayload {
  /** Null while undecided, or refused. */
  readonly level: Level | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}

/** `setStockPolicy`. */
@Resolver()
export class PolicyMutations {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'commandLog' | 'now'>) {}

  @Mutation('setStockPolicy')
  async setStockPolicy(@Args() given: Given, @Context() context: GatewayContext): Promise<SetStockPolicyPayload> {
    const { commandLog: log, now } = this.parts;
    const { done, payload } = await runCommand({ log, now }, context, (reading) => readStockPolicy(given['input'], reading, randomUUID()));
    const [level = null] = done === null ? [] : levelsOf(done);
    return { level, ...payload };
  }
}
