import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { aSchema } from './aSchema.js';
import { Documents } from './documents.js';
import { randomDocument, seeded } from './randomDocument.js';

/** An object of the made-up world: what its fields are follows from its number. */
interface Made {
  readonly __typename: string;
  readonly number: number;
}
const numberOf = (text: string): number => {
  let hash = 7;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
};

/** Arguments are the same whatever their order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  return `{${Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${name}:${canonical(each)}`)
    .join()}}`;
}

const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 5,
  Float: 2.5,
  Boolean: false,
  ID: 'id',
  String: 'words',
  DateTime: 1_795_000_000_000,
  Duration: 'PT1S',
  Quantity: 9,
  Cursor: 'MTo6',
  JSON: { deep: [1, { er: null }] },
  GTIN: '1',
};

/**
 * Whether the world answers with promises, and then without faults: where one part of a list has failed, graphql-js 16 leaves the rejections of
 * its siblings to nobody, which ends a process.
 */
let isAsync = false;

/** A schema whose every field resolves to something that follows from its parent, its name and its arguments: values, nulls, lists, errors with and without a code. */
function aWorld(): GraphQLSchema {
  const schema = aSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) Object.assign(type, { resolveType: (value: Made) => value.__typename });
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      Object.assign(field, {
        resolve: (parent: Partial<Made> | undefined, given: object) => {
          const number = numberOf(`${parent?.number ?? 0}/${type.name}.${name}/${canonical(given)}`);
          const random = seeded(number);
          const dice = random();
          const answer = (): unknown => {
            if (dice < 0.03 && !isAsync) throw new GraphQLError(`${name} is refused`, { extensions: { code: 'BAD_USER_INPUT', at: number } });
            if (dice < 0.05 && !isAsync) throw new Error(`${name} broke`);
            return make(schema, field.type, { number, random });
          };
          return isAsync ? Promise.resolve().then(answer) : answer();
        },
      });
    }
  }
  return schema;
}

function make(schema: GraphQLSchema, type: GraphQLOutputType, { number, random }: { number: number; random: () => number }): unknown {
  // Also where the schema says that there is always something: both have to hand the null up alike.
  if (random() < (isNonNullType(type) ? (isAsync ? 0 : 0.02) : 0.1)) return null;
  const inner = getNullableType(type);
  if (isListType(inner))
    return Array.from({ length: Math.floor(random() * 3) }, (_none, index) => make(schema, inner.ofType, { number: number + index + 1, random }));
  const named = getNamedType(inner);
  if (isEnumType(named)) return named.getValues()[0]?.value;
  if (isLeafType(named)) return SCALARS[named.name] ?? 'x';
  const possible = isAbstractType(named) ? schema.getPossibleTypes(named) : [named];
  return { __typename: possible[Math.abs(number) % possible.length]?.name ?? '', number };
}

/** Whether the object or list that a path ends in is still there. */
function hasParent(data: unknown, path: readonly (string | number)[]): boolean {
  let at: unknown = data;
  for (const part of path.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Readonly<Record<string | number, unknown>>)[part];
  }
  return typeof at === 'object' && at !== null;
}

describe('graphql-jit and graphql-js', () => {
  const schema = aWorld();
  const faults: unknown[] = [];
  const compiled = new Documents(schema, { compiles: true, onFault: (cause) => faults.push(cause) });
  const interpreted = new Documents(schema, { compiles: false, onFault: () => {} });

  const answerOf = async (documents: Documents, asked: object) => {
    const prepared = documents.prepare({ query: '', ...asked });
    if (prepared.kind === 'refused') return { refused: prepared.errors.map(({ message, extensions }) => [message, extensions['code']]) };
    const { data, errors = [] } = await prepared.run({});
    // Of what a null above has taken away, one of the errors is enough (specification, "Handling Execution Errors"): which is a matter of time.
    const shown = errors.filter(({ path }) => hasParent(data, path ?? []));
    return {
      data: JSON.stringify(data),
      hasErrors: errors.length > 0,
      errors: shown.map(({ message, path, extensions }) => JSON.stringify([path, message, extensions?.['code'] ?? null])).toSorted(),
    };
  };

  it('answer random documents over the whole schema alike: data, and the paths and codes of errors', async () => {
    let answered = 0;
    let withErrors = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        isAsync = seeded(seed)() < 0.3;
        const asked = randomDocument(schema, seed);
        const expected = await answerOf(interpreted, asked);
        for (const _use of [1, 2, 3]) expect(await answerOf(compiled, asked)).toEqual(expected);
        if (expected.data !== undefined) answered++;
        if (expected.hasErrors === true) withErrors++;
      }),
      { numRuns: 500 },
    );
    // A property over refusals alone would show nothing.
    expect(answered).toBeGreaterThan(100);
    expect(withErrors).toBeGreaterThan(25);
    expect(faults).toEqual([]);
  }, 60_000);
});
