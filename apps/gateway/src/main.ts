import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import cors from '@fastify/cors';
import { HealthBoard, bootService, makeLogger, readConfig, runMain } from '@quayside/service';
import { Registry } from 'prom-client';
import { REQUEST_BYTES_MAX } from './document/limits.js';
import { gatewayConfig } from './gatewayConfig.js';
import { gatewayModule } from './gatewayModule.js';
import { serveGraphiql } from './http/graphiql.js';
import { makeGateway } from './makeGateway.js';

runMain(async () => {
  const config = readConfig(gatewayConfig, process.env);
  const logger = makeLogger('gateway', config.LOG_LEVEL);
  const board = new HealthBoard(['changes', 'alerts', 'postgres']);
  const metrics = new Registry();
  const gateway = makeGateway({ config, logger, board, metrics });
  await gateway.prepare();
  await bootService({
    name: 'gateway',
    module: gatewayModule(gateway.parts, readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')),
    host: config.HOST,
    port: config.PORT,
    logger,
    health: board,
    metrics,
    fastify: { genReqId: () => randomUUID(), bodyLimit: REQUEST_BYTES_MAX },
    routes: async (fastify) => {
      await fastify.register(cors, {
        origin: config.DASHBOARD_ORIGIN,
        methods: ['GET', 'POST'],
        allowedHeaders: ['authorization', 'content-type'],
        maxAge: 600,
      });
      serveGraphiql(fastify, '/graphql');
    },
    run: gateway.run,
    stop: gateway.stop,
  });
});
