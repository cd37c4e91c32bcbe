import type { FastifyInstance } from 'fastify';

/** How long requests that are still arriving or being answered are waited for once the drain has begun, ms: whoever started us waits 10 s in all. */
const REQUESTS_MS_MAX = 5_000;

/**
 * Lets a server end: what is in flight is answered with word that its connection closes (a kept connection would stay
 * open behind its last answer, and the end would wait for it), and whoever holds half a request does not hold up the rest.
 * `onDrain` is called when it begins.
 */
export function closeConnectionsOnDrain(fastify: FastifyInstance, requestsMsMax: number = REQUESTS_MS_MAX, onDrain: () => void = () => {}): void {
  let isDraining = false;
  fastify.addHook('preClose', async () => {
    isDraining = true;
    onDrain();
    setTimeout(() => fastify.server.closeAllConnections(), requestsMsMax).unref();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done();
  });
}
