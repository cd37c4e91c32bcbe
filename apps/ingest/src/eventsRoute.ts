import type { Logger } from '@quayside/service';
import type { AskedEvent } from '@quayside/store';
import type { FastifyInstance } from 'fastify';
import type { EventDoor } from './eventDoor.js';
import type { EventStatusDesk } from './eventStatus.js';
import { answerRefusal } from './eventsAnswer.js';
import { sendAnswer, sendError } from './problemReply.js';

export interface EventsRouteParts {
  readonly door: EventDoor;
  readonly desk: EventStatusDesk;
  readonly logger: Logger;
}

/**
 * `/v1/events` and below, and `/v1/orders`. A plain Fastify scope and no Nest controller, because the door has to see who asks, the format and its own
 * window before a byte of the body is read, and Nest's body parsers would have read it by then.
 */
export async function addEventsRoute(fastify: FastifyInstance, { door, desk, logger }: EventsRouteParts): Promise<void> {
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Bodies are left unread: the door reads them, within its limits.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, request, reply) => sendError(error, { request, reply, logger }));
    scope.post('/v1/events', async (request, reply) => {
      const answer = await door.take({ url: request.url, headers: request.headers, body: request.raw, requestId: request.id });
      return sendAnswer(reply, answer);
    });
    scope.post('/v1/orders', async (request, reply) => {
      const answer = await door.takeOrder({ url: request.url, headers: request.headers, body: request.raw, requestId: request.id });
      return sendAnswer(reply, answer);
    });
    scope.get('/v1/events', async (request, reply) => {
      return sendAnswer(reply, await desk.answer({ headers: request.headers, event: identityFromQuery(request.url), requestId: request.id }));
    });
    scope.get<{ Params: { source: string; id: string } }>('/v1/events/:source/:id', async (request, reply) => {
      const { source, id } = request.params;
      const event = request.url.includes('?') ? null : { source, id };
      return sendAnswer(reply, await desk.answer({ headers: request.headers, event, requestId: request.id }));
    });
    refuseMethods(scope, { url: '/v1/events', method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'], allow: 'GET, HEAD, POST' });
    refuseMethods(scope, { url: '/v1/orders', method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], allow: 'POST' });
    refuseMethods(scope, { url: '/v1/events/:source/:id', method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], allow: 'GET, HEAD' });
  });
}

function refuseMethods(scope: FastifyInstance, { url, method, allow }: { url: string; method: string[]; allow: string }): void {
  scope.route({
    method,
    url,
    handler: async (request, reply) => {
      const detail = `${request.method} is not taken here`;
      return sendAnswer(reply.header('allow', allow), answerRefusal({ code: 'method-not-allowed', detail }, request.id));
    },
  });
}

/** `?source=…&id=…`; null where that is not what the query says. */
function identityFromQuery(url: string): AskedEvent | null {
  const pairs = [...new URLSearchParams(url.split('?')[1] ?? '')];
  const { source, id } = Object.fromEntries(pairs);
  return pairs.length === 2 && source !== undefined && id !== undefined ? { source, id } : null;
}
