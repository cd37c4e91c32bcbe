/**
 * Why a connection ended. `refused`: asking again with the same token is useless, a person must sign in.
 * `lost`: it is tried again; `isCursorSuspect` when the gateway may have meant the position that we asked to resume from.
 */
export type ConnectionEnd =
  { readonly kind: 'refused'; readonly reason: string } | { readonly kind: 'lost'; readonly reason: string; readonly isCursorSuspect: boolean };

/** Close code of graphql-transport-ws for a token that is refused, and of our gateway for one that has expired. */
const FORBIDDEN_CLOSE_CODE = 4403;
const REFUSED_CODES = ['UNAUTHENTICATED', 'FORBIDDEN'];

/** First wait after a loss, doubled up to the longest: a gateway that restarts in 2 s is found within 3. */
const WAIT_MS_MIN = 500;
const WAIT_MS_MAX = 10_000;

/** How long to wait before attempt number `attempt` (1 is the first retry). `chance` in [0, 1) spreads many pages over half the time. */
export function waitBeforeRetryMs(attempt: number, chance: number): number {
  const longest = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** (attempt - 1));
  return Math.round(longest * (0.5 + chance / 2));
}

/** Reads whatever graphql-ws gives as the end of a subscription: a CloseEvent, a list of GraphQL errors, or an Error. */
export function readConnectionEnd(cause: unknown): ConnectionEnd {
  if (Array.isArray(cause)) return readErrors(cause);
  if (typeof cause !== 'object' || cause === null) return lost('the connection failed');
  const { code, reason, message } = cause as { code?: unknown; reason?: unknown; message?: unknown };
  if (code === FORBIDDEN_CLOSE_CODE) return { kind: 'refused', reason: textOr(reason, 'Forbidden') };
  if (code === 1006 || cause.constructor.name === 'Event') return lost('the gateway does not answer');
  if (typeof code === 'number') return lost(textOr(reason, `the gateway closed the connection (${code})`));
  return lost(textOr(message, 'the connection failed'));
}

function readErrors(errors: readonly unknown[]): ConnectionEnd {
  const first = errors[0] as { message?: unknown; extensions?: { code?: unknown } } | undefined;
  const reason = textOr(first?.message, 'the gateway gave an error without a message');
  if (REFUSED_CODES.some((code) => code === first?.extensions?.code)) return { kind: 'refused', reason };
  return { kind: 'lost', reason, isCursorSuspect: true };
}

const lost = (reason: string): ConnectionEnd => ({ kind: 'lost', reason, isCursorSuspect: false });

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise);
