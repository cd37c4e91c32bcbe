import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './publicAddress.js';
import { hostOf } from './webhookTargets.js';

/** A target answers within this time or is tried again, ms: name, connection, TLS and answer together. */
export const POST_MS_MAX = 10_000;
/** Read of an answer: only its status counts. */
const ANSWER_BYTES_MAX = 64 * 1024;

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface PostOptions {
  /** Private addresses are taken; for trials. */
  readonly allowPrivate: boolean;
  /** Cuts the request off. */
  readonly signal: AbortSignal;
  /** The system's, unless told. */
  readonly resolve?: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
}

/**
 * Posts a message and returns the status of the answer; redirects are answers like others. The name is resolved once, every
 * address that it has must be public, and the connection goes to the one that was checked: a second look-up could give
 * another. Rejects for a private address, and for everything that keeps an answer from coming within POST_MS_MAX.
 */
export async function postWebhook({ url: text, headers, body }: WebhookPost, options: PostOptions): Promise<number> {
  const url = new URL(text);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(POST_MS_MAX)]);
  const pinned = await within(signal, pinAddress(hostOf(url), options));
  const pinnedLookup: LookupFunction = (_host, { all }, callback) => (all === true ? callback(null, [pinned]) : callback(null, pinned.address, pinned.family));
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'quayside' },
        // A connection of its own: one that is kept could have been made for another check.
        agent: false,
        lookup: pinnedLookup,
        signal,
      },
      (response) => {
        const { statusCode = 0 } = response;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) response.destroy();
        });
        // However the rest of the answer goes: its status has come.
        response.once('close', () => resolve(statusCode));
        response.on('error', () => {});
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}

type Pinned = { readonly address: string; readonly family: number };

async function pinAddress(host: string, { allowPrivate, resolve = lookUp }: PostOptions): Promise<Pinned> {
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  const [first] = addresses;
  if (first === undefined) throw new Error(`${host} has no address`);
  if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) throw new Error(`${host} is at a private address, which is refused`);
  return first;
}

const lookUp = (host: string): Promise<readonly Pinned[]> => lookup(host, { all: true });

/** The system's look-up cannot be cut off; its answer can be left alone. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('it took too long, or was cut off', { cause: signal.reason }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
