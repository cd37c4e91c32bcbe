import { ALLOWED_LATENESS_MS } from '@quayside/contracts';
import { commonConfig, ConfigFault, readConfig, stackConfig } from '@quayside/service';
import { z } from 'zod';
import { readWebhookTargets, type WebhookTarget } from './webhooks/webhookTargets.js';

const alertingConfig = commonConfig.extend(stackConfig.omit({ REDIS_URL: true, QUAYSIDE_REDIS_PREFIX: true }).shape).extend({
  /** NEGATIVE_ON_HAND opens when a level was negative for so long, ms. 0 opens it at once, for trials. */
  ALLOWED_LATENESS_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(24 * 3_600_000)
    .default(ALLOWED_LATENESS_MS),
  /** Who is told of alerts: JSON, or the path of a file with it. */
  WEBHOOKS: z.string().optional(),
  /** `allow` takes webhooks on private addresses and without TLS, for trials. */
  WEBHOOK_PRIVATE_TARGETS: z.enum(['refuse', 'allow']).default('refuse'),
  /** How often topics and Postgres are looked at for what exactness rests on, ms. */
  SAFETY_CHECK_MS: z.coerce.number().int().min(100).optional(),
  /** For brokers whose group.min.session.timeout.ms is above our 3 s. */
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number().int().min(1_000).optional(),
  NODE_ENV: z.string().optional(),
});

export interface AlertingConfig extends z.infer<typeof alertingConfig> {
  readonly allowPrivate: boolean;
  readonly targets: readonly WebhookTarget[];
}

/** Reads alerting's configuration. Throws ConfigFault with every fault. */
export function readAlertingConfig(environment: Record<string, string | undefined>): AlertingConfig {
  const faults: string[] = [];
  const gather = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof Error) || cause.name !== 'ConfigFault') throw cause;
      faults.push(...(cause as ConfigFault).faults);
      return undefined;
    }
  };
  const allowPrivate = environment['WEBHOOK_PRIVATE_TARGETS'] === 'allow';
  if (allowPrivate && environment['NODE_ENV'] === 'production') faults.push('WEBHOOK_PRIVATE_TARGETS: allow is refused in production');
  const config = gather(() => readConfig(alertingConfig, environment));
  const targets = gather(() => readWebhookTargets(environment['WEBHOOKS'], { allowPrivate }));
  if (faults.length > 0 || config === undefined || targets === undefined) throw new ConfigFault(faults);
  return { ...config, allowPrivate, targets };
}
