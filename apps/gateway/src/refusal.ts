import { GraphQLError } from 'graphql';

/** Why a request, or a part of it, was not answered: `errors[].extensions.code` (api.md, "Errors"). */
export type RefusalCode =
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'QUERY_TOO_COSTLY'
  | 'TOO_MANY_SUBSCRIPTIONS'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TIMEOUT'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** An error that callers are meant to see: a code to switch on, a message that names what was attempted, facts as extensions. Everything else is masked. */
export function refusal(code: RefusalCode, message: string, facts: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { ...facts, code } });
}

/** The same error, keeping its place in the document, under `code` unless it carries one already. */
export function refusedAs(code: RefusalCode, error: GraphQLError): GraphQLError {
  const { nodes = null, source, positions, path } = error;
  return new GraphQLError(error.message, { nodes, source, positions, path, extensions: { code, ...error.extensions } });
}
