import { Injectable } from '@nestjs/common';
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import { liveContext, requestContext } from './context.js';
import { Documents } from './document/documents.js';
import { showErrors } from './document/showErrors.js';
import type { GatewayParts } from './gatewayParts.js';
import { serveHttp } from './http/serveHttp.js';
import { EventStreams } from './live/eventStreams.js';
import { Hub } from './live/hub.js';
import { serveSockets } from './live/serveSockets.js';
import { systemTimers } from './live/timers.js';

export interface QuaysideDriverOptions extends GqlModuleOptions {
  readonly parts: GatewayParts;
}

/** Nest makes the schema; every transport that is served from it goes through one Documents (stack.md, "The GraphQL door"). */
@Injectable()
export class QuaysideDriver extends AbstractGraphQLDriver<QuaysideDriverOptions> {
  private sockets: { close(): Promise<void> } | null = null;
  private streams: EventStreams | null = null;

  async start({ schema, path, parts }: QuaysideDriverOptions): Promise<void> {
    if (schema === undefined || path === undefined) throw new Error('Nest started the GraphQL driver without a schema or a path');
    const fastify = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    const { logger, tokens, compiles } = parts;
    const documents = new Documents(schema, {
      compiles,
      onFault: (cause) => logger.error({ err: cause }, 'a document could not be compiled; it is interpreted'),
    });
    const log = (cause: unknown, requestId: string): void => logger.error({ err: cause, requestId }, 'an operation failed');
    const verify = (authorization: string | undefined) => tokens.verify(authorization, Date.now());
    const contextOf = (viewer: Parameters<typeof requestContext>[1]) => requestContext(parts, viewer);
    const hub = makeHub(parts, log);
    parts.metrics.watch(hub);
    this.streams = new EventStreams(hub);
    const { isServing } = parts;
    serveHttp(fastify, { path, documents, verify, contextOf, log, isServing, streams: this.streams });
    this.sockets = serveSockets(fastify.server, { path, documents, hub, verify, contextOf, log, isServing });
  }

  async stop(): Promise<void> {
    this.streams?.close();
    await this.sockets?.close();
  }
}

function makeHub(parts: GatewayParts, log: (cause: unknown, requestId: string) => void): Hub {
  const { feeds, logger } = parts;
  return new Hub({
    feeds,
    timers: systemTimers,
    execute: async (prepared, root, visible) => {
      const { data = null, errors } = await prepared.run(liveContext(parts, visible), root);
      return errors === undefined || errors.length === 0 ? { data } : { data, errors: showErrors(errors, { requestId: 'stream', log }) };
    },
    onFault: (cause) => logger.warn({ err: cause }, 'a step of a live view failed'),
  });
}
