// One side of the comparison, as a process of its own: `node server.mjs door|bare`. Prints its port; answers { cpuMs } on the channel when asked.
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES, eventSchema } from '@quayside/standards';
import Fastify from 'fastify';

export const KEY = 'qs_bench';

/** Ingest as it is wired in production, over a log that has everything at once. */
async function openDoor() {
  const { bootService, ApiKeys, HealthBoard, makeLogger } = await import('@quayside/service');
  const { Registry } = await import('prom-client');
  const { wireIngest } = await import('../dist/ingestModule.js');
  const file = join(mkdtempSync(join(tmpdir(), 'quayside-bench-')), 'keys.json');
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  writeFileSync(file, JSON.stringify([{ id: 'bench', name: 'bench', sha256, sources: ['*'], locations: ['*'], expiresAt: null }]));
  const logger = makeLogger('bench', 'silent');
  const metrics = new Registry();
  const away = () => Promise.reject(new Error('not asked'));
  const parts = {
    log: { append: async () => undefined },
    store: { readStatus: away, readHashes: away, readLevels: away },
    keys: new ApiKeys(file, (cause) => logger.error(cause)),
    logger,
    metrics,
    rates: { requestsPerS: 1e9, eventsPerS: 1e9 },
  };
  const service = {
    name: 'bench',
    host: '127.0.0.1',
    port: 0,
    logger,
    health: new HealthBoard([]),
    metrics,
    stop: async () => undefined,
    ...wireIngest(parts),
  };
  const app = await bootService(service);
  return app.getHttpServer().address().port;
}

/** The least that a service could do with the same schema: Fastify parses, validates, and answers with a fixed text. */
async function openBare() {
  const anyEvent = {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: EVENT_TYPES.map(({ name }) => plain(eventSchema(name))),
  };
  const fastify = Fastify({ ajv: { customOptions: { discriminator: true, coerceTypes: false, removeAdditional: false, keywords: ['x-different'] } } });
  const parse = (_request, body, done) => {
    try {
      done(null, JSON.parse(body));
    } catch (cause) {
      done(cause);
    }
  };
  for (const type of ['application/cloudevents+json', 'application/cloudevents-batch+json']) fastify.addContentTypeParser(type, { parseAs: 'string' }, parse);
  const batch = { type: 'array', minItems: 1, maxItems: 1000, items: anyEvent };
  const body = { content: { 'application/cloudevents+json': { schema: anyEvent }, 'application/cloudevents-batch+json': { schema: batch } } };
  fastify.post('/v1/events', { bodyLimit: 4 * 1024 * 1024, schema: { body } }, async (_request, reply) => reply.code(202).send('{"status":"ACCEPTED"}'));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  return fastify.server.address().port;
}

const plain = ({ $schema: _dialect, examples: _examples, ...schema }) => schema;

const port = await (process.argv[2] === 'bare' ? openBare() : openDoor());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit(0));
process.send({ port });
