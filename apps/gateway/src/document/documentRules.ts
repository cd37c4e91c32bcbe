import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { specifiedRules, type ASTVisitor, type GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import { refusal } from '../refusal.js';
import { DOCUMENT_LIMITS } from './limits.js';

/** GraphQL's own rules and our limits. All of them report; none throws, since graphql-ws would answer a throw by closing the socket. */
export const DOCUMENT_RULES: readonly ValidationRule[] = [
  ...specifiedRules,
  refuseReservedNames,
  maxAliasesRule({ n: DOCUMENT_LIMITS.aliasesMax, ...reporting() }),
  maxDepthRule({ n: DOCUMENT_LIMITS.depthMax, flattenFragments: true, ...reporting() }),
  maxDirectivesRule({ n: DOCUMENT_LIMITS.directivesMax, ...reporting() }),
];

/** Response names that begin with `__` are introspection's; as an alias, graphql-jit and graphql-js differ on `__proto__`. */
function refuseReservedNames(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.alias?.value.startsWith('__') === true)
        context.reportError(refusal('GRAPHQL_VALIDATION_FAILED', `Response names must not begin with __: ${node.alias.value}`));
    },
  };
}

function reporting() {
  const report = (context: ValidationContext | null, error: GraphQLError): void => {
    context?.reportError(refusal('QUERY_TOO_COSTLY', error.message.replace('Syntax Error: ', '')));
  };
  return { propagateOnRejection: false, onReject: [report] };
}
