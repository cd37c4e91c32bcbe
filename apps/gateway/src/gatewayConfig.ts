import { ALLOWED_LATENESS_MS } from '@quayside/contracts';
import { commonConfig, stackConfig } from '@quayside/service';
import { z } from 'zod';

/** Environment of the gateway. */
export const gatewayConfig = commonConfig.extend(stackConfig.shape).extend({
  PORT: z.coerce.number().int().min(0).max(65535).default(4001),
  /** A file with the issuer's JWKS, or its https URL. */
  JWKS_FILE: z.string().min(1),
  JWT_ISSUER: z.string().min(1),
  JWT_AUDIENCE: z.string().min(1),
  /** Origins, separated by commas, from which browsers may ask. */
  DASHBOARD_ORIGIN: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    ),
  /** As alerting is told it: what `alertRules` tells. */
  ALLOWED_LATENESS_MS: z.coerce.number().int().min(0).default(ALLOWED_LATENESS_MS),
  GRAPHQL_JIT: z.enum(['on', 'off']).default('on'),
});
export type GatewayConfig = z.infer<typeof gatewayConfig>;
