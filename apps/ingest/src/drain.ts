import type { Refusal } from '@quayside/standards';
import type { FastifyInstance } from 'fastify';
import { answerRefusal } from './eventsAnswer.js';
import { sendAnswer } from './problemReply.js';

/** How long bodies that are still arriving are waited for once the drain has begun, ms: whoever started us waits 10 s in all. */
const BODIES_MS_MAX = 5_000;

const DRAINING: Refusal = { code: 'draining', detail: 'this process is being ended and takes no new requests' };

/**
 * Ends the process's work well: what is in flight is answered, with word that its connection closes; a request that begins afterwards
 * over a connection that is still open is told 503 and the same; and a caller who holds half a request does not hold up the rest. Fastify is told `return503OnClosing:
 * false` for it, since its own answer to such requests is none of ours.
 */
export function addDrain(fastify: FastifyInstance, bodiesMsMax: number = BODIES_MS_MAX): void {
  let isDraining = false;
  fastify.addHook('preClose', async () => {
    isDraining = true;
    setTimeout(() => fastify.server.closeAllConnections(), bodiesMsMax).unref();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isDraining) sendAnswer(reply, answerRefusal(DRAINING, request.id));
    else done();
  });
  // Without it a kept connection stays open behind its last answer, and the end waits for it.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done();
  });
}
