import type { Logger } from '@quayside/service';
import type { FastifyInstance } from 'fastify';
import type { EventDoor } from './eventDoor.js';
import { answerRefusal } from './eventsAnswer.js';
import { sendAnswer, sendError } from './problemReply.js';

/**
 * `POST /v1/events`. A plain Fastify scope and no Nest controller, because the door has to see who asks, the format and its own window
 * before a byte of the body is read, and Nest's body parsers would have read it by then.
 */
export async function addEventsRoute(fastify: FastifyInstance, { door, logger }: { readonly door: EventDoor; readonly logger: Logger }): Promise<void> {
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Bodies are left unread: the door reads them, within its limits.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, request, reply) => sendError(error, { request, reply, logger }));
    scope.post('/v1/events', async (request, reply) => {
      const answer = await door.take({ headers: request.headers, body: request.raw, requestId: request.id });
      return sendAnswer(reply, answer);
    });
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: '/v1/events',
      handler: async (request, reply) => {
        const detail = `${request.method} is not taken here`;
        return sendAnswer(reply.header('allow', 'POST'), answerRefusal({ code: 'method-not-allowed', detail }, request.id));
      },
    });
  });
}
