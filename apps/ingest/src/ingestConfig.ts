import { commonConfig, stackConfig } from '@quayside/service';
import { z } from 'zod';

/** What ingest is told through its environment. */
export const ingestConfig = commonConfig.extend({
  PORT: commonConfig.shape.PORT.default(4000),
  ...stackConfig.pick({ KAFKA_BROKERS: true, QUAYSIDE_TOPIC_PREFIX: true }).shape,
  /** JSON file with the hashes of the API keys and their scopes; followed while running. */
  API_KEYS_FILE: z.string().min(1),
});
