import { closeConnectionsOnDrain } from '@quayside/service';
import type { Refusal } from '@quayside/standards';
import type { FastifyInstance } from 'fastify';
import { answerRefusal } from './eventsAnswer.js';
import { sendAnswer } from './problemReply.js';

const DRAINING: Refusal = { code: 'draining', detail: 'this process is being ended and takes no new requests' };

/**
 * Ends the process's work well: what is in flight is answered, with word that its connection closes; a request that begins afterwards
 * over a connection that is still open is told 503 and the same; and a caller who holds half a request does not hold up the rest. Fastify is told `return503OnClosing:
 * false` for it, since its own answer to such requests is none of ours.
 */
export function addDrain(fastify: FastifyInstance, bodiesMsMax?: number): void {
  let isDraining = false;
  closeConnectionsOnDrain(fastify, bodiesMsMax, () => {
    isDraining = true;
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isDraining) sendAnswer(reply, answerRefusal(DRAINING, request.id));
    else done();
  });
}
