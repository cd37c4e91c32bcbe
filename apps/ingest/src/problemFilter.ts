import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@quayside/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from './problemReply.js';

/** Token of the process's log. */
export const LOGGER = Symbol('logger');

/** Turns whatever a Nest route throws, and paths that nobody serves, into problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendError(error, { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>(), logger: this.logger });
  }
}
