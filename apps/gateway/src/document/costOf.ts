import { getDirectiveValues, getNamedType, isLeafType, type GraphQLDirective, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { ComplexityEstimator } from 'graphql-query-complexity';
import { refusal } from '../refusal.js';
import { PAGE_MAX } from './limits.js';

/**
 * Worst-case cost of a field by the published rule: `@cost(weight)`, plus, for objects, the number asked for
 * (`multiplier` names the argument) times one and what each of them costs. Throws BAD_USER_INPUT where that number
 * is negative or over PAGE_MAX: a page size is refused before anything runs, wherever it stands.
 */
export function costOf(schema: GraphQLSchema): ComplexityEstimator {
  const directive = schema.getDirective('cost');
  const known = new WeakMap<object, PublishedCost>();
  return ({ field, args, childComplexity }) => {
    const published = known.get(field) ?? readPublished(field, directive);
    known.set(field, published);
    const count = published.multiplier === null ? 1 : countAsked(published.multiplier, args[published.multiplier]);
    return published.weight + (published.isObject ? count * (1 + childComplexity) : 0);
  };
}

interface PublishedCost {
  readonly weight: number;
  readonly multiplier: string | null;
  readonly isObject: boolean;
}

function readPublished(field: GraphQLField<unknown, unknown>, directive: GraphQLDirective | null | undefined): PublishedCost {
  const values = directive == null || field.astNode == null ? undefined : getDirectiveValues(directive, field.astNode);
  const { weight, multiplier } = values ?? {};
  return {
    weight: typeof weight === 'number' ? weight : 0,
    multiplier: typeof multiplier === 'string' ? multiplier : null,
    isObject: !isLeafType(getNamedType(field.type)),
  };
}

function countAsked(name: string, value: unknown): number {
  const count = Array.isArray(value) ? value.length : typeof value === 'number' ? value : 1;
  if (count < 0 || count > PAGE_MAX)
    throw refusal('BAD_USER_INPUT', `\`${name}\` asks for ${count}; from 0 to ${PAGE_MAX} are served`, { argument: name, max: PAGE_MAX });
  return count;
}
