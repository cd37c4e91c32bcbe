import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Viewer } from '@quayside/service';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Context, ServerOptions } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Documents, PreparedOperation } from '../document/documents.js';
import { REQUEST_BYTES_MAX } from '../document/limits.js';
import { refuseByScope, runOperation, type Answer } from '../document/runOperation.js';
import { showCause, showErrors, shownError, type ErrorAudience } from '../document/showErrors.js';
import { refusal } from '../refusal.js';
import { visibleTo } from '../visible.js';
import { heldOpen } from './heldOpen.js';
import type { Hub } from './hub.js';
import { SocketReader } from './socketReader.js';
import { SocketSession } from './socketSession.js';

export interface SocketParts {
  readonly path: string;
  readonly documents: Documents;
  readonly hub: Hub;
  readonly verify: (authorization: string | undefined) => Promise<Viewer | null>;
  readonly contextOf: (viewer: Viewer) => unknown;
  readonly log: ErrorAudience['log'];
  /** False while this process cannot begin streams yet: an upgrade is answered 503, and clients try again. */
  readonly isServing: () => boolean;
}

/** Operations that run at once on one socket (api.md, "Limits"). */
const SUBSCRIPTIONS_MAX = 20;
/** Sockets of one process: each costs some 50 KB. Beyond it an upgrade is answered 503, and a client goes to another gateway. */
const SOCKETS_MAX = 5_000;
/** A socket that has not said who it is by then is closed (4408), ms. */
const INIT_MS_MAX = 3_000;
/** Ping, and the longest wait for its pong, ms. */
const KEEP_ALIVE_MS = 12_000;

/** What the protocol's own object of a socket carries for us. */
interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}
type SocketContext = Context<Record<string, unknown> | undefined, SocketExtra>;
interface Ask {
  readonly id: string;
  readonly prepared: PreparedOperation;
  readonly session: SocketSession;
  readonly audience: ErrorAudience;
}

/** Serves graphql-transport-ws. graphql-ws keeps the protocol; `next` frames of streams are written by the hub, from bytes that all readers share. */
export function serveSockets(server: HttpServer, parts: SocketParts): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: REQUEST_BYTES_MAX, perMessageDeflate: false });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    if (pathname !== parts.path) return refuseUpgrade(socket, '404 Not Found');
    if (!parts.isServing() || sockets.clients.size >= SOCKETS_MAX) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  };
  server.on('upgrade', onUpgrade);
  const protocol = useServer(protocolOptions(parts), sockets, KEEP_ALIVE_MS);
  return {
    close: async () => {
      server.off('upgrade', onUpgrade);
      await protocol.dispose();
    },
  };
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function protocolOptions(parts: SocketParts): ServerOptions<Record<string, unknown> | undefined, SocketExtra> {
  const sessions = new WeakMap<WebSocket, SocketSession>();
  const asks = new WeakMap<object, Ask>();
  const answers = new WeakMap<object, Answer>();
  return {
    connectionInitWaitTimeout: INIT_MS_MAX,
    // False is answered by closing with 4403.
    onConnect: async ({ connectionParams, extra }) => {
      const viewer = await parts.verify(authorizationOf(connectionParams));
      if (viewer === null) return false;
      const session = new SocketSession(extra.socket, viewer);
      sessions.set(extra.socket, session);
      return { expiresInMs: session.remainingMs() };
    },
    onSubscribe: (context, id, payload) => {
      const session = sessions.get(context.extra.socket);
      if (session === undefined) throw new Error('A socket was acknowledged without a session');
      const ask = prepare(parts, { context, id, session }, payload);
      if (!('prepared' in ask)) return ask.errors;
      const { schema, document, operation } = ask.prepared;
      const args: ExecutionArgs = { schema, document, operationName: operation.name?.value };
      asks.set(args, ask);
      return args;
    },
    execute: async (args): Promise<ExecutionResult> => {
      const { prepared, session, audience } = askOf(asks, args);
      const answer = await runOperation(prepared, parts.contextOf(session.viewer), audience);
      const result = { data: answer.data };
      answers.set(result, answer);
      return result;
    },
    subscribe: (args) => openStream(parts, askOf(asks, args)),
    onNext: (_context, _id, _payload, _args, result) => answers.get(result),
  };
}

function prepare(
  parts: SocketParts,
  at: { context: SocketContext; id: string; session: SocketSession },
  payload: { query: string; variables?: unknown; operationName?: unknown },
): Ask | { errors: GraphQLError[] } {
  const { context, id, session } = at;
  const audience: ErrorAudience = { requestId: `${session.id}/${id}`.slice(0, 100), log: parts.log };
  const refuse = (errors: readonly GraphQLError[]): { errors: GraphQLError[] } => ({ errors: showErrors(errors, audience).map(shownError) });
  if (Object.keys(context.subscriptions).length > SUBSCRIPTIONS_MAX)
    return refuse([refusal('TOO_MANY_SUBSCRIPTIONS', `At most ${SUBSCRIPTIONS_MAX} operations run at once on one socket`)]);
  const prepared = parts.documents.prepare(payload);
  if (prepared.kind === 'refused') return refuse(prepared.errors);
  const forbidden = refuseByScope(prepared, session.viewer, audience);
  return forbidden === null ? { id, prepared, session, audience } : { errors: forbidden.errors.map(shownError) };
}

/** A stream for the protocol's sake: it yields nothing and ends with the subscription. */
function openStream({ hub }: SocketParts, { id, prepared, session, audience }: Ask): AsyncGenerator<never> {
  return heldOpen((fail) => {
    const failShown = (cause: unknown): void => fail(shownError(showCause(cause, audience)));
    try {
      return hub.join(prepared, visibleTo(session.viewer), new SocketReader(id, session, failShown));
    } catch (cause) {
      failShown(cause);
      return () => {};
    }
  });
}

function askOf(asks: WeakMap<object, Ask>, args: object): Ask {
  const ask = asks.get(args);
  if (ask === undefined) throw new Error('graphql-ws asks for an operation that onSubscribe did not prepare');
  return ask;
}

function authorizationOf(payload: Record<string, unknown> | undefined): string | undefined {
  const value = payload?.['authorization'] ?? payload?.['Authorization'];
  return typeof value === 'string' ? value : undefined;
}
