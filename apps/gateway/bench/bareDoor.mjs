import Fastify from 'fastify';
import { aSchema } from '../dist/document/aSchema.js';
import { Documents } from '../dist/document/documents.js';
import { serveHttp } from '../dist/http/serveHttp.js';

// The gateway's own door (documents, limits, graphql-jit, statuses) over resolvers that return constants: what a stock query cannot be faster than.
// Prints its address; ends with its parent's signal.

const nodes = Array.from({ length: 10 }, (_, index) => ({ sku: `SKU-${index}`, code: 'DC-1', onHand: 100 + index, available: 90 + index })).map(
  ({ sku, code, ...figures }) => ({ ...figures, item: { sku }, location: { code } }),
);
const schema = aSchema({ Query: { stockLevels: () => ({ nodes }) } });
const viewer = { id: 'bench', name: 'bench', roles: ['READ'], locations: ['*'], expiresAt: Infinity };
const fail = (cause) => {
  throw cause;
};

const fastify = Fastify();
serveHttp(fastify, {
  path: '/graphql',
  documents: new Documents(schema, { compiles: true, onFault: fail }),
  verify: async () => viewer,
  contextOf: () => ({}),
  log: fail,
  isServing: () => false,
  streams: { begin: () => fail(new Error('Nobody subscribes here')), isFull: true },
});
process.stdout.write(`${await fastify.listen({ port: 0, host: '127.0.0.1' })}\n`);
