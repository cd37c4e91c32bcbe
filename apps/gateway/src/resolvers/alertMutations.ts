import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { AlertsPayload } from '../alerts/alertCommands.js';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { Given } from '../reads/inputs.js';

/** What people do with alerts. */
@Resolver()
export class AlertMutations {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'alertCommands'>) {}

  @Mutation('acknowledgeAlerts')
  acknowledgeAlerts(@Args() given: Given, @Context() context: GatewayContext): Promise<AlertsPayload> {
    return this.parts.alertCommands.acknowledge(given['input'], context);
  }

  @Mutation('snoozeAlerts')
  snoozeAlerts(@Args() given: Given, @Context() context: GatewayContext): Promise<AlertsPayload> {
    return this.parts.alertCommands.snooze(given['input'], context);
  }

  @Mutation('resolveAlerts')
  resolveAlerts(@Args() given: Given, @Context() context: GatewayContext): Promise<AlertsPayload> {
    return this.parts.alertCommands.resolve(given['input'], context);
  }

  @Mutation('commentAlert')
  commentAlert(@Args() given: Given, @Context() context: GatewayContext): Promise<AlertsPayload> {
    return this.parts.alertCommands.comment(given['input'], context);
  }
}
