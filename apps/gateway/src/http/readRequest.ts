import type { FastifyRequest } from 'fastify';
import type { Asked } from '../document/documents.js';

/** What a request asks, or why it is none. */
export type ReadRequest =
  { readonly kind: 'asked'; readonly asked: Asked } | { readonly kind: 'malformed'; readonly status: 400 | 415; readonly message: string };

/** Reads a GraphQL-over-HTTP request: POST with JSON, or GET with its parameters. One operation a request: a list is none. */
export function readRequest(request: FastifyRequest): ReadRequest {
  return request.method === 'GET' ? readParameters(request.query) : readBody(request.headers['content-type'], request.body);
}

function readBody(contentType: string | undefined, body: unknown): ReadRequest {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) return malformed('A body is sent as application/json', 415);
  if (typeof body !== 'string') return malformed('The body is empty');
  const parsed = parseJson(body);
  return isRecord(parsed) ? toAsked(parsed) : malformed('The body must be one JSON object: one operation a request');
}

function readParameters(query: unknown): ReadRequest {
  if (!isRecord(query)) return malformed('The parameters cannot be read');
  const { variables } = query;
  if (variables === undefined || variables === '') return toAsked({ ...query, variables: null });
  const parsed = typeof variables === 'string' ? parseJson(variables) : undefined;
  return parsed === undefined ? malformed('`variables` must be JSON') : toAsked({ ...query, variables: parsed });
}

function toAsked({ query, variables, operationName }: Readonly<Record<string, unknown>>): ReadRequest {
  return { kind: 'asked', asked: { query, variables, operationName } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as malformed
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const malformed = (message: string, status: 400 | 415 = 400): ReadRequest => ({ kind: 'malformed', status, message });
