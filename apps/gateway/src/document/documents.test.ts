import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pickSku } from '../reads/inputs.js';
import { aSchema } from './aSchema.js';
import { Documents, type Asked, type PreparedOperation } from './documents.js';
import { DOCUMENT_LIMITS } from './limits.js';

let mutations = 0;
const level = (sku: string) => ({ id: sku, item: { id: sku, sku }, location: { id: 'l', code: 'DC-1' }, onHand: 3, version: 1, reorderPoint: null });
const schema = aSchema({
  Query: {
    health: () => ({ state: 'OK', version: '1', eventsPerSecond: 0.5, services: [], quarantined: 0, streamRetention: 'P7D' }),
    stockLevel: (_root, { item }) => level(pickSku(item) ?? 'none'),
    stockLevels: (_root, { first }) => ({ nodes: Array.from({ length: Math.min(first, 3) }, (_none, index) => level(String(index))), totalCount: 3 }),
  },
  Mutation: {
    setStockPolicy: () => {
      mutations++;
      return { level: null, streamCursor: null, userErrors: [] };
    },
  },
});
const open = (compiles = true): Documents => new Documents(schema, { compiles, onFault: fail });
const fail = (cause: unknown): never => {
  throw cause;
};

function ready(documents: Documents, asked: Asked): PreparedOperation {
  const prepared = documents.prepare(asked);
  if (prepared.kind === 'refused') throw new Error(prepared.errors.map(({ message }) => message).join('; '));
  return prepared;
}
const codes = (documents: Documents, asked: Asked): unknown[] => {
  const prepared = documents.prepare(asked);
  return prepared.kind === 'refused' ? prepared.errors.map(({ extensions }) => extensions['code']) : [];
};
const POLICY = 'setStockPolicy(input: {item: {sku: "1"}, location: {code: "DC-1"}, reorderPoint: 1}) { streamCursor }';

describe('two operations in one document', () => {
  const query = `query A { health { state } } mutation B { ${POLICY} }`;

  it('runs the query that was asked for and never the mutation beside it, interpreted and compiled', async () => {
    const documents = open();
    mutations = 0;
    for (const _use of [1, 2, 3]) {
      const { data } = await ready(documents, { query, operationName: 'A' }).run({});
      expect(data).toEqual({ health: { state: 'OK' } });
    }
    expect(mutations).toBe(0);
  });

  it('runs the mutation under its own name even after the query was compiled', async () => {
    const documents = open();
    mutations = 0;
    for (const _use of [1, 2, 3]) await ready(documents, { query, operationName: 'A' }).run({});
    expect(ready(documents, { query, operationName: 'B' }).operation.operation).toBe('mutation');
    await ready(documents, { query, operationName: 'B' }).run({});
    expect(mutations).toBe(1);
  });

  it('asks a reader of the query for no more than the query needs', () => {
    expect(ready(open(), { query, operationName: 'A' }).requires).toBe('READ');
    expect(ready(open(), { query, operationName: 'B' }).requires).toBe('OPERATE');
  });

  it('refuses to guess which one is meant', () => {
    expect(codes(open(), { query })).toEqual(['BAD_REQUEST']);
    expect(codes(open(), { query, operationName: 'C' })).toEqual(['BAD_REQUEST']);
  });
});

describe('what is refused', () => {
  const aliases = Array.from({ length: DOCUMENT_LIMITS.aliasesMax + 1 }, (_none, index) => `a${index}: health { state }`).join(' ');
  const deep = 'levels { nodes { item { '.repeat(5) + 'sku' + ' } } }'.repeat(5);
  it.each([
    ['a document that does not parse', { query: '{ health {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nonsense }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many tokens', { query: `{ health { ${'state '.repeat(DOCUMENT_LIMITS.tokensMax)} } }` }, 'GRAPHQL_PARSE_FAILED'],
    ['too many characters', { query: `#${'x'.repeat(DOCUMENT_LIMITS.charactersMax)}` }, 'QUERY_TOO_COSTLY'],
    ['too many aliases', { query: `{ ${aliases} }` }, 'QUERY_TOO_COSTLY'],
    ['a depth beyond the limit', { query: `{ stockLevels(first: 1) { nodes { item { ${deep} } } } }` }, 'QUERY_TOO_COSTLY'],
    [
      'a depth beyond the limit inside a fragment',
      { query: `{ stockLevels(first: 1) { nodes { item { ...F } } } } fragment F on Item { ${deep} }` },
      'QUERY_TOO_COSTLY',
    ],
    [
      'too many directives',
      { query: `{ health ${'@include(if: true) '.repeat(1)}{ ${Array.from({ length: 21 }, (_none, i) => `s${i}: state @skip(if: false)`).join(' ')} } }` },
      'QUERY_TOO_COSTLY',
    ],
    ['a page of pages of pages', { query: '{ stockLevels(first: 250) { nodes { item { levels(first: 250) { nodes { onHand } } } } } }' }, 'QUERY_TOO_COSTLY'],
    ['a negative first', { query: '{ stockLevels(first: -1) { totalCount } }' }, 'BAD_USER_INPUT'],
    ['a first over 250, deep inside', { query: '{ stockLevels(first: 1) { nodes { item { levels(first: 251) { totalCount } } } } }' }, 'BAD_USER_INPUT'],
    ['a negative first by variable', { query: 'query($n: Int) { stockLevels(first: $n) { totalCount } }', variables: { n: -1 } }, 'BAD_USER_INPUT'],
    [
      'more than 250 ids',
      { query: 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: Array.from({ length: 251 }, String) } },
      'BAD_USER_INPUT',
    ],
    ['a response name __proto__', { query: '{ __proto__: health { state } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a response name that begins with __', { query: '{ health { __typename2: state } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['variables that are a list', { query: '{ health { state } }', variables: [] }, 'BAD_REQUEST'],
    ['variables that are text', { query: '{ health { state } }', variables: '{}' }, 'BAD_REQUEST'],
    ['a parsed document in place of its text', { query: { kind: 'Document', definitions: [] } }, 'BAD_REQUEST'],
    ['an operation name that is no text', { query: '{ health { state } }', operationName: 7 }, 'BAD_REQUEST'],
    ['no query', { query: undefined }, 'BAD_REQUEST'],
    ['a variable of the wrong type', { query: 'query($n: Int) { stockLevels(first: $n) { totalCount } }', variables: { n: 'x' } }, 'BAD_USER_INPUT'],
    ['a cursor that is none', { query: 'subscription { stockLevelChanges(after: "x") { kind } }' }, 'BAD_USER_INPUT'],
    ['two root fields of a subscription', { query: 'subscription { stockLevelChanges { kind } alertChanges { kind } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ])('%s, on the first and on every further request', (_name, asked, code) => {
    const documents = open();
    for (const _use of [1, 2, 3]) expect(codes(documents, asked)[0]).toBe(code);
  });

  it.each([
    ['by variable', 'query($ref: ItemRef!) { stockLevel(item: $ref, location: {code: "DC-1"}) { onHand } }', { ref: { id: 'a', sku: 'b' } }],
    ['by literal', '{ stockLevel(item: {id: "a", sku: "b"}, location: {code: "DC-1"}) { onHand } }', {}],
    ['by a variable for one key', 'query($id: ID!) { stockLevel(item: {id: $id, sku: "b"}, location: {code: "DC-1"}) { onHand } }', { id: 'a' }],
    ['with no key', 'query($ref: ItemRef!) { stockLevel(item: $ref, location: {code: "DC-1"}) { onHand } }', { ref: {} }],
    ['with a null key', 'query($ref: ItemRef!) { stockLevel(item: $ref, location: {code: "DC-1"}) { onHand } }', { ref: { sku: null } }],
  ])('a @oneOf reference %s that has not exactly one key, on the 1st, 2nd and 3rd request', (_name, query, variables) => {
    const documents = open();
    for (const _use of [1, 2, 3]) expect(documents.prepare({ query, variables }).kind).toBe('refused');
  });
});

describe('cost', () => {
  it.each([
    ['{ health { state } }', 1],
    ['{ stockLevels(first: 10) { nodes { onHand } } }', 2 + 10 * (1 + 1)],
    ['{ stockLevels(first: 10) { nodes { item { sku } location { code } } } }', 2 + 10 * (1 + 1 + 2)],
    ['{ stockLevels { nodes { onHand } } }', 2 + 50 * 2],
    ['{ stockLevels(first: 0) { totalCount } }', 2],
    ['subscription { stockLevelChanges { kind } }', 11],
    ['{ __schema { types { name } } }', 2],
  ])('of %s is what the SDL says', (query, cost) => {
    expect(ready(open(), { query }).cost).toBe(cost);
  });

  it('follows the page size in a variable, also after the first use', () => {
    const documents = open();
    const query = 'query($n: Int) { stockLevels(first: $n) { totalCount } }';
    expect(ready(documents, { query, variables: { n: 5 } }).cost).toBe(7);
    expect(ready(documents, { query, variables: { n: 50 } }).cost).toBe(52);
    expect(ready(documents, { query }).cost).toBe(52);
  });
});

describe('graphql-jit', () => {
  const fields = [
    'onHand',
    'version',
    'reorderPoint',
    'item { sku }',
    'location { code id }',
    'alias: onHand',
    '__typename',
    '... on StockLevel { onHand }',
    'onHand @include(if: $yes)',
    'version @skip(if: $yes)',
  ];
  const selection = fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1 });

  it('answers like graphql-js, for any selection and variables (property)', async () => {
    await fc.assert(
      fc.asyncProperty(selection, fc.boolean(), fc.integer({ min: 0, max: 250 }), async (chosen, yes, first) => {
        const query = `query($yes: Boolean = true, $first: Int) { stockLevels(first: $first) { nodes { ${chosen.join(' ')} } } stockLevel(item: {sku: "7"}, location: {code: "DC-1"}) { ${chosen.join(' ')} } probe: health { state yes: state @include(if: $yes) } }`;
        const asked = { query, variables: { yes, first } };
        const [compiled, interpreted] = [open(true), open(false)];
        ready(compiled, asked);
        const answers = await Promise.all([compiled, interpreted].map((documents) => ready(documents, asked).run({})));
        expect(JSON.parse(JSON.stringify(answers[0]))).toEqual(JSON.parse(JSON.stringify(answers[1])));
      }),
      { numRuns: 60 },
    );
  });

  it('reports a broken promise of the schema as an error without a code, which is masked', async () => {
    const broken = aSchema({ Query: { stockLevel: () => ({}) } });
    const documents = new Documents(broken, { compiles: true, onFault: fail });
    const query = '{ stockLevel(item: {sku: "7"}, location: {code: "DC-1"}) { onHand } }';
    for (const _use of [1, 2, 3]) {
      const { errors } = await ready(documents, { query }).run({});
      expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual([undefined]);
    }
  });
});
