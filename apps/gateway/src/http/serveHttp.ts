import type { Viewer } from '@quayside/service';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Documents } from '../document/documents.js';
import { REQUEST_BYTES_MAX } from '../document/limits.js';
import { refuseByScope, runOperation, type Answer } from '../document/runOperation.js';
import { showErrors, type ErrorAudience } from '../document/showErrors.js';
import { asEventStream, EVENT_STREAM_TYPE, wantsEventStream, type EventStreamAsk, type EventStreams } from '../live/eventStreams.js';
import { refusal } from '../refusal.js';
import { readRequest } from './readRequest.js';

export interface HttpParts {
  readonly path: string;
  readonly documents: Documents;
  readonly verify: (authorization: string | undefined) => Promise<Viewer | null>;
  readonly contextOf: (viewer: Viewer) => unknown;
  readonly log: ErrorAudience['log'];
  readonly streams: Pick<EventStreams, 'begin' | 'isFull'>;
  /** False while this process cannot begin streams yet: they are answered 503, and clients try again. */
  readonly isServing: () => boolean;
}

const RESPONSE_JSON = 'application/graphql-response+json';
const PLAIN_JSON = 'application/json';

/** Serves GraphQL over HTTP with the status codes of its specification: under `application/json` a readable request is answered 200, whatever stands in its document. */
export function serveHttp(fastify: FastifyInstance, parts: HttpParts): void {
  void fastify.register(async (scope) => {
    // Bodies are read as text: what JSON they may be, and under which content type, is said in readRequest.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: REQUEST_BYTES_MAX }, (_request, body, done) => done(null, body));
    scope.setErrorHandler<FastifyError>((error, request, reply) => answerFault(error, { request, reply, parts }));
    scope.route({ method: ['GET', 'POST'], url: parts.path, handler: (request, reply) => answer(request, reply, parts) });
  });
}

async function answer(request: FastifyRequest, reply: FastifyReply, parts: HttpParts): Promise<FastifyReply> {
  const audience: ErrorAudience = { requestId: request.id, log: parts.log };
  const refuse = (status: number, errors: readonly GraphQLError[]): FastifyReply => send(request, reply.code(status), { errors: showErrors(errors, audience) });
  const viewer = await parts.verify(request.headers.authorization);
  if (viewer === null) return refuse(401, [refusal('UNAUTHENTICATED', 'A valid token is needed: Authorization: Bearer <token>')]);
  const read = readRequest(request);
  if (read.kind === 'malformed') return refuse(read.status, [refusal('BAD_REQUEST', read.message)]);
  const prepared = parts.documents.prepare(read.asked);
  if (prepared.kind === 'refused') return refuse(prepared.malformed || hasStatuses(request) ? 400 : 200, prepared.errors);
  const { operation } = prepared.operation;
  if (operation === 'subscription' && !wantsEventStream(request)) return refuse(400, [refusal('BAD_REQUEST', howToSubscribe(parts.path))]);
  if (operation === 'mutation' && request.method === 'GET') return refuse(405, [refusal('BAD_REQUEST', 'A mutation is sent with POST')]);
  const forbidden = refuseByScope(prepared, viewer, audience);
  if (forbidden !== null) return send(request, reply.code(403), { errors: forbidden.errors });
  if (operation === 'subscription') return beginStream(reply, { prepared, viewer, audience }, { parts, refuse });
  const answered = await runOperation(prepared, parts.contextOf(viewer), audience);
  return send(request, reply.code(statusOf(answered, request)), answered);
}

const howToSubscribe = (path: string): string =>
  `Subscriptions are served at ${path} over graphql-transport-ws, and as server-sent events where Accept is text/event-stream`;

interface Refusing {
  readonly parts: HttpParts;
  readonly refuse: (status: number, errors: readonly GraphQLError[]) => FastifyReply;
}

function beginStream(reply: FastifyReply, ask: EventStreamAsk, { parts, refuse }: Refusing): FastifyReply {
  if (!parts.isServing() || parts.streams.isFull)
    return refuse(503, [refusal('UNAVAILABLE', 'This gateway cannot take another stream now: try again, or another one')]);
  try {
    parts.streams.begin(reply, ask);
    return reply;
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    return refuse(400, [cause]);
  }
}

function send(request: FastifyRequest, reply: FastifyReply, body: Answer | { readonly errors: readonly GraphQLFormattedError[] }): FastifyReply {
  if (reply.statusCode === 405) reply.header('allow', 'POST');
  if (reply.statusCode === 401) reply.header('www-authenticate', 'Bearer');
  const text = JSON.stringify(body);
  // A refusal is an ordinary answer, so that its status is told; a result comes as the only one of its stream.
  if (reply.statusCode === 200 && wantsEventStream(request)) return reply.type(EVENT_STREAM_TYPE).send(asEventStream(text));
  return reply.type(`${wantsResponseJson(request) ? RESPONSE_JSON : PLAIN_JSON}; charset=utf-8`).send(text);
}

const wantsResponseJson = (request: FastifyRequest): boolean => request.headers.accept?.includes(RESPONSE_JSON) === true;
/** Whether the client knows that a document can be refused with a status: not under plain JSON. */
const hasStatuses = (request: FastifyRequest): boolean => wantsResponseJson(request) || wantsEventStream(request);

/** Only an answer without any data has a status of its own, and only where the client knows the media type that has them. */
function statusOf({ data, errors }: Answer, request: FastifyRequest): number {
  if (data !== null || !wantsResponseJson(request)) return 200;
  switch (errors?.[0]?.extensions?.['code']) {
    case 'FORBIDDEN':
      return 403;
    case 'UNAVAILABLE':
      return 503;
    case 'TIMEOUT':
      return 504;
    case 'INTERNAL':
      return 500;
    default:
      return 200;
  }
}

/** What Fastify refuses before our handler (a body that is too long), and what nobody expected. */
function answerFault(error: FastifyError, at: { request: FastifyRequest; reply: FastifyReply; parts: HttpParts }): FastifyReply {
  const { request, reply, parts } = at;
  const status = error.statusCode ?? 500;
  if (status >= 500) parts.log(error, request.id);
  const shown = status >= 500 ? refusal('INTERNAL', 'Something went wrong on our side') : refusal('BAD_REQUEST', error.message);
  return send(request, reply.code(status), { errors: showErrors([shown], { requestId: request.id, log: parts.log }) });
}
