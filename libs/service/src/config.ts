import { z } from 'zod';

/** What every service is told through its environment; a service adds its own fields with `.extend`. */
export const commonConfig = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Servers of the stack; empty topic prefix on a broker of our own. */
export const stackConfig = z.object({
  KAFKA_BROKERS: z
    .string()
    .min(1)
    .transform((list) => list.split(',').map((broker) => broker.trim())),
  QUAYSIDE_TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]*$/)
    .default(''),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  QUAYSIDE_REDIS_PREFIX: z.string().min(1).default('quayside:'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  QUAYSIDE_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/)
    .default('quayside'),
});

/**
 * Reads a service's configuration, once, at boot. Throws ConfigFault that names every fault at the same time,
 * never only the first. Values are never repeated in the message: they may be secrets.
 */
export function readConfig<Shape extends z.ZodType>(shape: Shape, environment: Record<string, string | undefined>): z.infer<Shape> {
  const result = shape.safeParse(environment);
  if (result.success) return result.data;
  throw new ConfigFault(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
}

/** Thrown by readConfig; `faults` has one line a fault. */
export class ConfigFault extends Error {
  readonly code = 'CONFIG';
  override readonly name = 'ConfigFault';
  constructor(readonly faults: readonly string[]) {
    super(`The environment does not say what is needed:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}
