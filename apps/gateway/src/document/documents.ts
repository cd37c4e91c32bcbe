import { execute, getVariableValues, GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import type { Role } from '@quayside/service';
import { refusal, refusedAs } from '../refusal.js';
import { checkDocument, type CheckedDocument, type RefusedDocument } from './checkDocument.js';
import { costOf } from './costOf.js';
import { DOCUMENT_LIMITS, KNOWN_COSTS_MAX, KNOWN_DOCUMENTS_MAX } from './limits.js';

/** What a client sent, as it came. */
export interface Asked {
  readonly query: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** An operation that may run. `variables` are coerced; `run` takes the context of one request or of one shared view. */
export interface PreparedOperation {
  readonly kind: 'ready';
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly cost: number;
  readonly requires: Role;
  run(context: unknown, root?: unknown): Promise<ExecutionResult>;
}

type Run = (root: unknown, context: unknown, variables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult> | ExecutionResult;
interface KnownDocument {
  readonly checked: CheckedDocument;
  readonly costs: Map<string, number>;
  readonly interpret: Run;
  compiled: Run | null;
  uses: number;
}

export interface Compiling {
  /** False: graphql-js interprets every use. */
  readonly compiles: boolean;
  /** Told of a document that graphql-jit cannot compile; graphql-js goes on with it. */
  readonly onFault: (cause: unknown) => void;
}

/** A document is compiled when it comes again: one that never does is not worth it. */
const COMPILED_FROM_USE = 2;

/**
 * The one door of every transport: text → parsed, validated, limited, costed, variables coerced, compiled by graphql-jit
 * from its second use. Known by document and operation name: by the document alone, a query could run the mutation beside it.
 */
export class Documents {
  private readonly known = new Map<string, KnownDocument>();
  private readonly estimator: ComplexityEstimator;

  constructor(
    readonly schema: GraphQLSchema,
    private readonly compiling: Compiling,
  ) {
    this.estimator = costOf(schema);
  }

  prepare(asked: Asked): PreparedOperation | RefusedDocument {
    const { query, operationName = null } = asked;
    const raw = asked.variables ?? {};
    if (typeof query !== 'string' || query === '') return malformed('`query` must be the text of a document');
    if (operationName !== null && typeof operationName !== 'string') return malformed('`operationName` must be text');
    if (!isRecord(raw)) return malformed('`variables` must be an object');
    if (query.length > DOCUMENT_LIMITS.charactersMax)
      return refused([refusal('QUERY_TOO_COSTLY', `A document has at most ${DOCUMENT_LIMITS.charactersMax} characters`)]);
    const known = this.find(query, operationName === '' ? null : operationName);
    if (known.kind === 'refused') return known;
    return this.ready(known.document, raw);
  }

  private ready(known: KnownDocument, raw: Readonly<Record<string, unknown>>): PreparedOperation | RefusedDocument {
    const { document, operation, requires } = known.checked;
    const { coerced, errors } = getVariableValues(this.schema, operation.variableDefinitions ?? [], raw, { maxErrors: DOCUMENT_LIMITS.errorsMax });
    if (errors !== undefined) return refused(errors.map((error) => refusedAs('BAD_USER_INPUT', error)));
    const cost = this.cost(known, raw);
    if (cost instanceof GraphQLError) return refused([cost]);
    if (cost > DOCUMENT_LIMITS.costMax) {
      return refused([
        refusal('QUERY_TOO_COSTLY', `This operation costs ${cost}; the limit is ${DOCUMENT_LIMITS.costMax}`, { cost, limit: DOCUMENT_LIMITS.costMax }),
      ]);
    }
    known.uses++;
    if (this.compiling.compiles && known.compiled === null && known.uses === COMPILED_FROM_USE) known.compiled = this.compile(known.checked);
    const run = known.compiled ?? known.interpret;
    return {
      kind: 'ready',
      schema: this.schema,
      document,
      operation,
      variables: coerced,
      cost,
      requires,
      run: async (context, root = {}) => run(root, context, raw),
    };
  }

  private find(text: string, operationName: string | null): { kind: 'known'; document: KnownDocument } | RefusedDocument {
    const key = `${operationName ?? ''}\n${text}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      this.known.delete(key); // to the end: the one used longest ago goes first
      this.known.set(key, known);
      return { kind: 'known', document: known };
    }
    const checked = checkDocument(this.schema, text, operationName);
    if (checked.kind === 'refused') return checked;
    const document: KnownDocument = { checked, costs: new Map(), interpret: this.interpreter(checked), compiled: null, uses: 0 };
    if (this.known.size >= KNOWN_DOCUMENTS_MAX) this.known.delete(this.known.keys().next().value ?? '');
    this.known.set(key, document);
    return { kind: 'known', document };
  }

  private cost(known: KnownDocument, raw: Readonly<Record<string, unknown>>): number | GraphQLError {
    const key = JSON.stringify(raw, (_name, value: unknown) => (typeof value === 'string' ? 0 : value));
    const before = known.costs.get(key);
    if (before !== undefined) return before;
    try {
      const { schema } = this;
      const cost = getComplexity({
        schema,
        query: known.checked.document,
        variables: { ...raw },
        estimators: [this.estimator],
        maxQueryNodes: DOCUMENT_LIMITS.nodesMax,
      });
      if (known.costs.size >= KNOWN_COSTS_MAX) known.costs.clear();
      known.costs.set(key, cost);
      return cost;
    } catch (cause) {
      if (cause instanceof GraphQLError) return refusedAs('QUERY_TOO_COSTLY', cause);
      throw cause;
    }
  }

  private interpreter({ document }: CheckedDocument): Run {
    const { schema } = this;
    return (rootValue, contextValue, variableValues) => execute({ schema, document, rootValue, contextValue, variableValues });
  }

  private compile({ document }: CheckedDocument): Run | null {
    try {
      const compiled = compileQuery(this.schema, document);
      if (isCompiledQuery(compiled)) return (root, context, variables) => compiled.query(root, context, variables);
      this.compiling.onFault(compiled);
    } catch (cause) {
      this.compiling.onFault(cause);
    }
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const refused = (errors: readonly GraphQLError[]): RefusedDocument => ({ kind: 'refused', malformed: false, errors });
const malformed = (message: string): RefusedDocument => ({ kind: 'refused', malformed: true, errors: [refusal('BAD_REQUEST', message)] });
