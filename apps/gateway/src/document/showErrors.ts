import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Where and for whom errors are shown: `log` gets what callers must not see. */
export interface ErrorAudience {
  readonly requestId: string;
  readonly log: (cause: unknown, requestId: string) => void;
}

/** Codes after which the same request may succeed. */
const RETRYABLE: ReadonlySet<string> = new Set(['UNAVAILABLE', 'TIMEOUT', 'INTERNAL']);
/** What node and PostgreSQL call a store that cannot be reached or is starting or stopping. */
const STORE_AWAY = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|57P0[1-3]|08\w{3}|53300)$/;

/** Errors as callers see them: coded ones as they are, anything else logged and masked. Each carries `code`, `requestId`, `retryable`. */
export function showErrors(errors: readonly GraphQLError[], audience: ErrorAudience): GraphQLFormattedError[] {
  return errors.map((error) => showError(error, audience));
}

/** The same for whatever was thrown outside an execution. */
export function showCause(cause: unknown, audience: ErrorAudience): GraphQLFormattedError {
  if (cause instanceof GraphQLError) return showError(cause, audience);
  const originalError = cause instanceof Error ? cause : new Error(String(cause));
  return showError(new GraphQLError(originalError.message, { originalError }), audience);
}

/** A shown error as an error again, for a library that formats by itself. */
export function shownError({ message, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { extensions: extensions ?? null });
}

function showError(error: GraphQLError, { requestId, log }: ErrorAudience): GraphQLFormattedError {
  const place = { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) };
  // graphql-jit's errors have no extensions at all where the original has none.
  const extensions: GraphQLError['extensions'] | undefined = error.extensions;
  const code = extensions?.['code'];
  if (typeof code === 'string') return { message: error.message, ...place, extensions: { ...extensions, code, requestId, retryable: RETRYABLE.has(code) } };
  log(error.originalError ?? error, requestId);
  if (isStoreAway(error.originalError)) {
    return { message: 'A store that this needs cannot be reached', ...place, extensions: { code: 'UNAVAILABLE', requestId, retryable: true } };
  }
  return { message: 'Something went wrong on our side', ...place, extensions: { code: 'INTERNAL', requestId, retryable: true } };
}

function isStoreAway(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string' && STORE_AWAY.test(code)) return true;
  return /timeout exceeded when trying to connect|Connection terminated/.test(cause.message) || isStoreAway(cause.cause);
}
