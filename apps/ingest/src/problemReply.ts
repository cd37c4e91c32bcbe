import type { Logger } from '@quayside/service';
import type { Refusal } from '@quayside/standards';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorRefusal } from './errorRefusal.js';
import { answerRefusal, type Answer } from './eventsAnswer.js';

/** Writes an answer. */
export function sendAnswer(reply: FastifyReply, { status, headers, text }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(text);
}

/** Writes what became of an error that reached the framework: its problem, or 500 with nothing of the error in it; that goes to the log. */
export function sendError(
  error: unknown,
  { request, reply, logger }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly logger: Logger },
): FastifyReply {
  const refusal = errorRefusal(error);
  if (refusal === null) logger.error({ err: error, requestId: request.id, method: request.method, path: request.url.split('?')[0] }, 'a request failed');
  const shown: Refusal = refusal ?? { code: 'internal', detail: 'the request could not be answered' };
  return sendAnswer(reply, answerRefusal(shown, request.id));
}
