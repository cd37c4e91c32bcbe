import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { openKeys } from '@quayside/tools/start/keys.mjs';
import { ROOT } from '@quayside/tools/root.mjs';
import { attachStack } from '@quayside/tools/stack/attach.mjs';

/** The test stack that `npm test` has brought up. */
export const STACK_FILE = process.env['QUAYSIDE_TEST_STACK'];

/**
 * A piece of the test stack of a suite's own: its own Postgres schema, topics and Redis keys, so that suites see
 * nothing of each other. Keys and tokens lie in a folder that close() removes.
 */
export class Ground {
  readonly stack = attachStack(STACK_FILE ?? missing());
  readonly folder: string;
  readonly schema: string;
  readonly topicPrefix: string;
  readonly redisPrefix: string;
  readonly keys: ReturnType<typeof openKeys>;
  readonly tokens: { admin: string; operator: string; reader: string };
  readonly postgres: pg.Pool;
  readonly redis: Redis;

  private constructor(name: string) {
    const unique = `${name}_${process.pid}_${Date.now().toString(36)}`.toLowerCase();
    this.folder = mkdtempSync(join(tmpdir(), `quayside-${name}-`));
    mkdirSync(join(this.folder, 'logs'));
    this.schema = unique;
    this.topicPrefix = `${unique}.`;
    this.redisPrefix = `${unique}:`;
    this.keys = openKeys(this.folder);
    this.tokens = this.keys.makeTokens(new Date());
    this.postgres = new pg.Pool({ connectionString: this.stack.postgres, options: `-c search_path=${this.schema}`, max: 4 });
    // A killed or restarted server is what some suites are about: the next query tells what matters.
    this.postgres.on('error', () => {});
    this.redis = new Redis(this.stack.redis, { maxRetriesPerRequest: 3 });
    this.redis.on('error', () => {});
  }

  /** Makes schema and topics, as an operator would: with `node tools/setup.mjs`. */
  static async make(name: string): Promise<Ground> {
    const ground = new Ground(name);
    await promisify(execFile)(process.execPath, [join(ROOT, 'tools', 'setup.mjs')], { env: { ...process.env, ...ground.environment() } });
    return ground;
  }

  /** A broker that is killed has to look through all logs that it holds: a suite leaves none of its own behind. */
  private async deleteTopics(): Promise<void> {
    const admin = new kafkajs.Kafka({ brokers: [this.stack.kafka], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(this.topicPrefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await admin.disconnect();
  }

  environment(): Record<string, string> {
    return {
      KAFKA_BROKERS: this.stack.kafka,
      REDIS_URL: this.stack.redis,
      DATABASE_URL: this.stack.postgres,
      QUAYSIDE_SCHEMA: this.schema,
      QUAYSIDE_TOPIC_PREFIX: this.topicPrefix,
      QUAYSIDE_REDIS_PREFIX: this.redisPrefix,
    };
  }

  async close(): Promise<void> {
    await this.deleteTopics();
    await this.postgres.query(`DROP SCHEMA IF EXISTS ${this.schema} CASCADE`);
    await this.postgres.end();
    this.redis.disconnect();
    if (process.env['QUAYSIDE_KEEP_LOGS'] === undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}

function missing(): never {
  throw new Error('This suite needs the test stack: run it with npm test -- --testPathPatterns <part of its name>');
}
