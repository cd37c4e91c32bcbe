import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { Member } from './crew.js';

export interface GraphqlReply<Data> {
  readonly status: number;
  readonly data?: Data;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

/** Asks the gateway as a client developer would. */
export async function ask<Data>(
  gateway: Member,
  token: string,
  { query, variables }: { query: string; variables?: Record<string, unknown> },
): Promise<GraphqlReply<Data>> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

/** Opens a socket with graphql-ws's own client. */
export function openSocket(gateway: Member, token: string): Client {
  return createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 50,
    shouldRetry: () => true,
  });
}

/** Follows a subscription; what comes is kept in order. */
export function follow<Data>(
  client: Client,
  { query, variables }: { query: string; variables?: Record<string, unknown> },
): { readonly seen: Data[]; stop(): void; readonly failures: unknown[] } {
  const seen: Data[] = [];
  const failures: unknown[] = [];
  const stop = client.subscribe<Data>(variables === undefined ? { query } : { query, variables }, {
    next: (message) => {
      if (message.errors) failures.push(...message.errors);
      if (message.data) seen.push(message.data);
    },
    error: (cause) => failures.push(cause),
    complete: () => {},
  });
  return { seen, stop, failures };
}
