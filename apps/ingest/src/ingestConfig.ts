import { commonConfig, stackConfig } from '@quayside/service';
import { z } from 'zod';
import { BATCH_EVENTS_MAX } from '@quayside/standards';
import { DEFAULT_RATES } from './rateLimits.js';

/** What ingest is told through its environment. */
export const ingestConfig = commonConfig.extend({
  PORT: commonConfig.shape.PORT.default(4000),
  ...stackConfig.pick({ KAFKA_BROKERS: true, QUAYSIDE_TOPIC_PREFIX: true, DATABASE_URL: true, QUAYSIDE_SCHEMA: true }).shape,
  /** JSON file with the hashes of the API keys and their scopes; followed while running. */
  API_KEYS_FILE: z.string().min(1),
  /** Requests and events that each key may send a second. */
  RATE_REQUESTS_PER_S: z.coerce.number().int().min(1).default(DEFAULT_RATES.requestsPerS),
  RATE_EVENTS_PER_S: z.coerce.number().int().min(BATCH_EVENTS_MAX).default(DEFAULT_RATES.eventsPerS),
});
