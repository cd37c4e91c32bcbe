import type { Refusal } from '@quayside/standards';

/** What a framework's error means to the caller; null when it is a fault of ours, to be logged and answered with 500. Matches on status, never on classes. */
export function errorRefusal(error: unknown): Refusal | null {
  switch (statusOf(error)) {
    case 404:
      return { code: 'not-found', detail: 'no resource has this path' };
    case 405:
      return { code: 'method-not-allowed', detail: 'the path does not take this method' };
    case 413:
      return { code: 'body-too-large', detail: 'the request is too large' };
    case 415:
      return { code: 'unsupported-media-type', detail: 'the Content-Type cannot be read' };
    case null:
      return null;
    default:
      return { code: 'malformed-request', detail: 'the request cannot be read' };
  }
}

/** The 4xx status that Fastify (`statusCode`) or Nest (`getStatus()`) gave an error. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  const status: unknown = 'getStatus' in error && typeof error.getStatus === 'function' ? error.getStatus() : 'statusCode' in error ? error.statusCode : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
