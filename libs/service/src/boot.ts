import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { closeConnectionsOnDrain } from './closeConnections.js';
import { ConfigFault } from './config.js';
import type { HealthBoard } from './health.js';
import { nestLogger, type Logger } from './log.js';

/** A drain that takes longer is cut: whoever started us waits 10 s at most (reliability.md, P17). */
const DRAIN_MS_MAX = 8_000;

export interface Service {
  readonly name: string;
  readonly module: DynamicModule;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly health: HealthBoard;
  readonly metrics: Registry;
  readonly fastify?: FastifyServerOptions;
  /** Routes and hooks that speak Fastify itself; runs before Nest's own routes are made. */
  readonly routes?: (fastify: FastifyInstance) => void | Promise<void>;
  /** The routes bring their own way of ending (closeConnectionsOnDrain among it). */
  readonly drainsItself?: boolean;
  /** Starts what works in the background, once the server listens. */
  readonly run?: () => Promise<void>;
  /** Ends it, in order: called after the server has answered what was in flight. */
  readonly stop: () => Promise<void>;
}

/** Boots a Nest service on Fastify with /health/live, /health/ready, /metrics; SIGTERM and SIGINT drain it and exit 0. */
export async function bootService(service: Service): Promise<NestFastifyApplication> {
  const { logger } = service;
  process.on('unhandledRejection', (cause) => die(logger, 'An error that nobody handled', cause));
  process.on('uncaughtException', (cause) => die(logger, 'An error that nobody handled', cause));
  collectDefaultMetrics({ register: service.metrics });
  const adapter = new FastifyAdapter({ forceCloseConnections: 'idle', ...service.fastify });
  const fastify = adapter.getInstance<FastifyInstance>();
  addOperationRoutes(fastify, service);
  if (service.drainsItself !== true) closeConnectionsOnDrain(fastify);
  await service.routes?.(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(service.module, adapter, { logger: nestLogger(logger), abortOnError: false });
  let draining = false;
  const drain = (signal: string): void => {
    if (draining) return;
    draining = true;
    logger.info({ signal }, 'draining');
    setTimeout(() => die(logger, `The drain took longer than ${DRAIN_MS_MAX} ms`, undefined), DRAIN_MS_MAX).unref();
    app
      .close()
      .then(() => service.stop())
      .then(
        () => process.exit(0),
        (cause: unknown) => die(logger, 'The drain failed', cause),
      );
  };
  process.once('SIGTERM', drain);
  process.once('SIGINT', drain);
  await app.listen({ port: service.port, host: service.host });
  logger.info({ url: await app.getUrl() }, 'listening');
  await service.run?.();
  return app;
}

/** Runs a service's main and turns a failure to boot into one clear message and exit code 1 (2 for configuration). */
export function runMain(main: () => Promise<unknown>): void {
  main().catch((cause: unknown) => {
    if (cause instanceof ConfigFault) {
      process.stderr.write(`${cause.message}\n`);
      process.exit(2);
    }
    process.stderr.write(`Could not start: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
    process.exit(1);
  });
}

function addOperationRoutes(fastify: FastifyInstance, service: Service): void {
  fastify.get('/health/live', async () => ({ live: true, service: service.name }));
  fastify.get('/health/ready', async (_request, reply) => {
    const report = service.health.report();
    return reply.code(report.ready ? 200 : 503).send({ service: service.name, ...report });
  });
  fastify.get('/health', async (_request, reply) => {
    const report = service.health.report();
    return reply.code(report.ready ? 200 : 503).send({ service: service.name, ...report });
  });
  fastify.get('/metrics', async (_request, reply) => reply.type(service.metrics.contentType).send(await service.metrics.metrics()));
}

function die(logger: Logger, message: string, cause: unknown): void {
  logger.fatal({ err: cause }, message);
  process.exit(1);
}
