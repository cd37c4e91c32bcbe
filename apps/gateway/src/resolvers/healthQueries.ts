import { Inject } from '@nestjs/common';
import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { Freshness } from '../health/freshness.js';
import type { HealthReport } from '../health/healthWatch.js';
import { refusal } from '../refusal.js';

/** `health`. */
@Resolver('Health')
export class HealthQueries {
  constructor(@Inject(GATEWAY_PARTS) private readonly parts: Pick<GatewayParts, 'healthWatch' | 'freshness'>) {}

  @Query('health')
  health(): HealthReport {
    return this.parts.healthWatch.report();
  }

  /** Not nullable in the SDL: without a count of the last minute only this field's askers are refused. */
  @ResolveField('quarantined')
  quarantined(report: HealthReport): number {
    if (report.quarantined !== null) return report.quarantined;
    throw refusal('UNAVAILABLE', 'Nobody could count the quarantine within the last minute');
  }

  @ResolveField('freshness')
  freshness(_report: HealthReport, _none: unknown, context: GatewayContext): Freshness {
    return this.parts.freshness.ofAll(context.visible);
  }
}
