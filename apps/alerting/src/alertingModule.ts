import { Module, type DynamicModule } from '@nestjs/common';

/** Alerting has no routes of its own: what it does is driven by the log. */
@Module({})
export class AlertingModule {
  static make(): DynamicModule {
    return { module: AlertingModule };
  }
}
