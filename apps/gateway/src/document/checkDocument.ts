import {
  getOperationAST,
  parse,
  separateOperations,
  validate,
  GraphQLError,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Role } from '@quayside/service';
import { refusal, refusedAs } from '../refusal.js';
import { DOCUMENT_RULES } from './documentRules.js';
import { DOCUMENT_LIMITS } from './limits.js';
import { requiredScope } from './requiredScope.js';

/** One operation of a valid document, alone with its fragments: whatever else stood beside it can no longer be run by mistake. */
export interface CheckedDocument {
  readonly kind: 'checked';
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly requires: Role;
}
export interface RefusedDocument {
  readonly kind: 'refused';
  /** True where the request itself is wrong, not the document in it. */
  readonly malformed: boolean;
  readonly errors: readonly GraphQLError[];
}

/** Text → parsed, validated with the limits, cut down to the operation asked for. */
export function checkDocument(schema: GraphQLSchema, text: string, operationName: string | null): CheckedDocument | RefusedDocument {
  const whole = parseText(text);
  if (whole instanceof GraphQLError) return refused([whole]);
  const errors = validate(schema, whole, DOCUMENT_RULES, { maxErrors: DOCUMENT_LIMITS.errorsMax });
  if (errors.length > 0) return refused(errors.map((error) => refusedAs('GRAPHQL_VALIDATION_FAILED', error)));
  const operation = getOperationAST(whole, operationName);
  if (operation == null) return refused([refusal('BAD_REQUEST', whichOperation(operationName))]);
  const document = separateOperations(whole)[operation.name?.value ?? ''];
  if (document === undefined) throw new Error('separateOperations lost an operation that getOperationAST found');
  return { kind: 'checked', document, operation, requires: requiredScope(schema, document) };
}

function parseText(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: DOCUMENT_LIMITS.tokensMax });
  } catch (cause) {
    if (cause instanceof GraphQLError) return refusedAs('GRAPHQL_PARSE_FAILED', cause);
    throw cause;
  }
}

const whichOperation = (name: string | null): string =>
  name === null ? 'The document has several operations: name one with `operationName`' : `The document has no operation named ${JSON.stringify(name)}`;

const refused = (errors: readonly GraphQLError[]): RefusedDocument => ({ kind: 'refused', malformed: false, errors });
