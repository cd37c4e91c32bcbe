import { expect, it } from '@jest/globals';
import { commonConfig, ConfigFault, readConfig, stackConfig } from './config.js';

const shape = commonConfig.extend(stackConfig.shape);
const good = { PORT: '4000', KAFKA_BROKERS: 'a:1, b:2', REDIS_URL: 'redis://h:1', DATABASE_URL: 'postgresql://h/q' };

it('a configuration is read with its defaults', () => {
  expect(readConfig(shape, good)).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 4000,
    KAFKA_BROKERS: ['a:1', 'b:2'],
    QUAYSIDE_SCHEMA: 'quayside',
    QUAYSIDE_TOPIC_PREFIX: '',
  });
});

it('all faults of a configuration are told at once, and no value of it: it may be a secret', () => {
  const faults = faultsOf({ ...good, PORT: 'x', REDIS_URL: 'http://user:secret@h', QUAYSIDE_SCHEMA: 'a-b', KAFKA_BROKERS: undefined });
  expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(['KAFKA_BROKERS', 'PORT', 'QUAYSIDE_SCHEMA', 'REDIS_URL']);
  expect(faults.join()).not.toContain('secret');
});

function faultsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(shape, environment);
    return [];
  } catch (cause) {
    if (cause instanceof ConfigFault) return cause.faults;
    throw cause;
  }
}
