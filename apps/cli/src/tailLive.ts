import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { Fault, messageOf } from './fault.js';
import type { Output } from './output.js';
import { ALERTS_TAIL, LEDGER_TAIL, ORDERS_TAIL, STOCK_TAIL, type LiveBatch, type LiveTail } from './liveTails.js';

const TAILS = { stock: STOCK_TAIL, alerts: ALERTS_TAIL, ledger: LEDGER_TAIL, orders: ORDERS_TAIL } as const satisfies Record<string, LiveTail>;

export interface TailAsked {
  readonly what: keyof typeof TAILS;
  readonly url: string;
  /** Read again at each connection: tokens grow old while a tail runs. */
  readonly token: () => string;
  readonly filter: Readonly<Record<string, unknown>>;
  /** Codes of the locations to tell of; empty: all. Sorted out here, since the API knows locations by opaque ids. */
  readonly locations: readonly string[];
  /** Go on from this cursor; undefined: begin with what is true now, or with what changes from now on. */
  readonly after: string | undefined;
  readonly snapshot: boolean;
  readonly limit: number;
  readonly stop: AbortController;
}

const RECONNECT_MS_MIN = 250;
const RECONNECT_MS_MAX = 5_000;
/** Ping, so that a link that swallows everything is noticed, ms. */
const KEEP_ALIVE_MS = 10_000;
/** Attempts before the first connection: whoever is not there at the start is told so; later cuts are waited out. */
const FIRST_ATTEMPTS_MAX = 3;

/** Follows a live view until it is stopped. After a cut it resumes from the cursor of the last batch, so nothing is missed and nothing comes twice. */
export async function tailLive(asked: TailAsked, output: Output): Promise<void> {
  const tail: LiveTail = TAILS[asked.what];
  // The client sends this object again after each cut: the cursor in it is always the newest.
  const variables: Record<string, unknown> = { filter: asked.filter, after: asked.after ?? null };
  if (tail.form === 'view') variables['options'] = { snapshot: asked.snapshot };
  const client = connect(asked, output, () => variables['after']);
  const refused = (cause: unknown): Fault => refusedBy(asked.url, cause);
  let told = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      asked.stop.signal.addEventListener('abort', () => resolve(), { once: true });
      client.subscribe<Record<string, LiveBatch>>(
        { query: tail.query, variables },
        {
          next: ({ data, errors }) => {
            const batch = data?.[tail.field];
            if (errors !== undefined || batch === undefined) return reject(refused(errors));
            for (const { record, text } of tail.show(within(batch, asked.locations))) {
              output.result({ ...record, cursor: batch.cursor }, text);
              told += 1;
            }
            // Within a snapshot the cursor does not say which part of it has come: a cut there begins it again.
            // The cursor of a log says exactly what was read.
            if (tail.form === 'log' || (batch.complete && batch.kind !== 'RESET')) variables['after'] = batch.cursor;
            // A batch is told whole: whoever goes on from its cursor must not miss the rest of it.
            if (told >= asked.limit) asked.stop.abort();
          },
          error: (cause) => reject(refused(cause)),
          complete: () => resolve(),
        },
      );
    });
  } finally {
    await client.dispose();
  }
}

function within(batch: LiveBatch, locations: readonly string[]): LiveBatch {
  if (locations.length === 0) return batch;
  const isAsked = ({ location }: { readonly location: { readonly code: string } }): boolean => locations.includes(location.code);
  const { levels, entries, orders } = batch;
  return {
    ...batch,
    ...(levels === undefined ? {} : { levels: levels.filter(isAsked) }),
    ...(entries === undefined ? {} : { entries: entries.filter(isAsked) }),
    ...(orders === undefined ? {} : { orders: orders.filter(isAsked) }),
  };
}

function connect({ url, token }: TailAsked, output: Output, cursor: () => unknown): Client {
  let connections = 0;
  return createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    keepAlive: KEEP_ALIVE_MS,
    lazy: true,
    retryAttempts: Infinity,
    retryWait: (attempt) => new Promise((resolve) => setTimeout(resolve, Math.min(RECONNECT_MS_MIN * 2 ** attempt, RECONNECT_MS_MAX))),
    shouldRetry: retryOnceConnected(() => connections > 0),
    on: {
      connected: (_socket, _payload, wasRetry) => {
        connections += 1;
        if (wasRetry && connections > 1) output.note(`Connected again, going on after ${String(cursor())}.`);
      },
      closed: (event) => {
        if (connections > 0 && !isOurs(event)) output.note('The connection was cut, resuming.');
      },
    },
  });
}

function retryOnceConnected(wasConnected: () => boolean): () => boolean {
  let attempts = 0;
  return () => {
    attempts += 1;
    return wasConnected() || attempts < FIRST_ATTEMPTS_MAX;
  };
}

/** 1000: the normal end, which only we ask for. */
const isOurs = (event: unknown): boolean => typeof event === 'object' && event !== null && (event as { code?: unknown }).code === 1000;

/** What ends a stream: a close with its code, errors of GraphQL, or a socket that could not be opened. */
function refusedBy(url: string, cause: unknown): Fault {
  const doctor = 'Run `npm run quayside -- doctor`: it says which part is away.';
  if (isClose(cause) && (cause.code === 4403 || cause.code === 4401))
    return new Fault({
      what: 'The gateway does not let us in',
      why: cause.reason || 'the token is not valid',
      fix: 'Set QUAYSIDE_TOKEN to a valid token, or use the endpoints file of a running `npm start`.',
      cause,
    });
  if (isClose(cause))
    return new Fault({ what: `The gateway at ${url} has closed the stream`, why: `${cause.code} ${cause.reason}`.trim(), fix: doctor, cause });
  if (!Array.isArray(cause)) return new Fault({ what: `The gateway at ${url} does not answer`, why: messageOf(cause), fix: doctor, cause });
  return new Fault({
    what: 'The gateway does not serve this stream',
    why: cause.map(messageOf).join('; '),
    fix: 'Check the filter and --after: their values are those of the GraphQL schema, and of an earlier tail.',
    cause,
  });
}

function isClose(cause: unknown): cause is { readonly code: number; readonly reason: string } {
  const { code, reason } = (cause ?? {}) as { code?: unknown; reason?: unknown };
  return typeof code === 'number' && typeof reason === 'string';
}
