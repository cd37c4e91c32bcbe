import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import { ALERT_KINDS, alertRules } from '@quayside/contracts';
import { countAlertsByKind } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import { readAlertFilter } from '../reads/alertFilter.js';
import type { AlertConnection } from '../reads/alertPages.js';
import { choicesOf, type Given } from '../reads/inputs.js';
import { showAlertRule } from '../reads/showAlertRule.js';
import { narrow } from '../visible.js';

const DAY_MS = 86_400_000;

/** `alerts` and `alertRules`. */
@Resolver()
export class AlertQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'alertPages' | 'pool' | 'latenessMs'>) {}

  @Query('alerts')
  alerts(@Args() given: Given, @Context() { visible }: GatewayContext): Promise<AlertConnection> {
    return this.parts.alertPages.connection({ filter: readAlertFilter(given['filter'], visible), first: given['first'], after: given['after'] });
  }

  @Query('alertRules')
  async alertRules(@Args() given: Given, @Context() { visible, now }: GatewayContext): Promise<object[]> {
    const kinds = choicesOf(given, 'kinds', ALERT_KINDS);
    const fired = await countAlertsByKind(this.parts.pool, { since: now - DAY_MS, locations: narrow(visible, null) });
    return alertRules(this.parts.latenessMs)
      .filter(({ kind }) => kinds === null || kinds.includes(kind))
      .map((rule) => showAlertRule(rule, fired.get(rule.kind) ?? 0));
  }
}
