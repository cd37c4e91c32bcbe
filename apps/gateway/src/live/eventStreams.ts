import type { Viewer } from '@quayside/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '../refusal.js';
import type { PreparedOperation } from '../document/documents.js';
import { showCause, showErrors, type ErrorAudience } from '../document/showErrors.js';
import { visibleTo } from '../visible.js';
import type { Reader } from './channel.js';
import type { Hub } from './hub.js';

/** Open at once in one process: each holds a connection of its own. Beyond it a request is answered 503, and a client goes to another gateway. */
const STREAMS_MAX = 2_000;
/** As of a socket: what a reader does not read costs a position, not a queue, bytes. */
const UNREAD_BYTES_MAX = 64 * 1024;
/** A comment, so that proxies and clients can tell a quiet stream from a dead one, ms. */
const PING_MS = 12_000;
/** Longest delay that a timer can take, ms; a token that lasts longer is looked at again then. */
const TIMER_MS_MAX = 2 ** 31 - 1;

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
const NEXT = Buffer.from('event: next\ndata: ');
const END = Buffer.from('\n\n');
const COMPLETE = 'event: complete\ndata: \n\n';
const PING = ':\n\n';

export interface EventStreamAsk {
  readonly prepared: PreparedOperation;
  readonly viewer: Viewer;
  readonly audience: ErrorAudience;
}

/**
 * Subscriptions as server-sent events, in the way of graphql-sse's "distinct connections": `next` with a result each, then `complete`.
 * They are readers of the same hub as sockets, so that limits, sharing and slow readers are the same.
 */
export class EventStreams {
  private readonly open = new Set<EventStream>();

  constructor(private readonly hub: Hub) {}

  get size(): number {
    return this.open.size;
  }

  get isFull(): boolean {
    return this.open.size >= STREAMS_MAX;
  }

  /** Answers with a stream until either side ends it, or the token does. Throws BAD_USER_INPUT, before anything is sent, for arguments that make no sense. */
  begin(reply: FastifyReply, ask: EventStreamAsk): void {
    const stream = new EventStream(reply, ask);
    stream.onEnd(this.hub.join(ask.prepared, visibleTo(ask.viewer), stream));
    stream.onEnd(() => this.open.delete(stream));
    this.open.add(stream);
    stream.start();
  }

  /** Ends all; clients come back to whoever serves then. */
  close(): void {
    for (const stream of this.open) stream.cut();
  }
}

/** A result as the only one of its stream: what a query or a mutation is answered with where a stream was asked for. */
export const asEventStream = (body: string): string => `${NEXT.toString()}${body}${END.toString()}${COMPLETE}`;
export const EVENT_STREAM_TYPE = HEADERS['content-type'];
export const wantsEventStream = (request: FastifyRequest): boolean => request.headers.accept?.includes('text/event-stream') === true;

class EventStream implements Reader {
  private readonly ends: (() => void)[] = [];
  private isOver = false;
  private ping: NodeJS.Timeout | undefined;
  private expiry: NodeJS.Timeout | undefined;

  constructor(
    private readonly reply: FastifyReply,
    private readonly ask: EventStreamAsk,
  ) {}

  start(): void {
    const { raw } = this.reply;
    // Those that the server's hooks have set (CORS) go out with ours.
    for (const [name, value] of Object.entries(this.reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    this.reply.hijack();
    raw.writeHead(200, HEADERS);
    raw.write(PING); // so that the other side knows at once that it stands
    raw.once('close', () => this.finish());
    raw.on('error', () => this.finish());
    this.ping = setInterval(() => {
      if (this.isReady()) raw.write(PING);
    }, PING_MS);
    this.watchExpiry();
  }

  onEnd(work: () => void): void {
    this.ends.push(work);
  }

  isReady(): boolean {
    if (this.isOver) return false;
    return this.remainingMs() > 0 && this.reply.raw.writableLength < UNREAD_BYTES_MAX;
  }

  send(payload: Buffer): void {
    if (!this.isOver) this.reply.raw.write(Buffer.concat([NEXT, payload, END]));
  }

  fail(cause: unknown): void {
    this.complete(JSON.stringify({ errors: showCause(cause, this.ask.audience) }));
  }

  /** Ends without a word: the stream is not complete, and a client that resumes it elsewhere is right. */
  cut(): void {
    this.finish();
    this.reply.raw.destroy();
  }

  private remainingMs(): number {
    return Math.max(0, this.ask.viewer.expiresAt - Date.now());
  }

  private watchExpiry(): void {
    this.expiry = setTimeout(
      () => {
        if (this.remainingMs() > 0) this.watchExpiry();
        else this.complete(JSON.stringify({ errors: showErrors([refusal('UNAUTHENTICATED', 'The token has expired')], this.ask.audience) }));
      },
      Math.min(this.remainingMs(), TIMER_MS_MAX),
    );
  }

  private complete(lastResult: string): void {
    if (this.isOver) return;
    this.finish();
    this.reply.raw.end(asEventStream(lastResult));
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.ping);
    clearTimeout(this.expiry);
    for (const work of this.ends) work();
  }
}
