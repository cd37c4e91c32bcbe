import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** For tests: the same numbers in [0, 1) for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface RandomDocument {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const DEPTH_MAX = 4;
const FIELDS_MAX = 3;

/** For tests: a valid query over the whole schema, with aliases, fragments, variables, @include and @skip, the same for the same seed. */
export function randomDocument(schema: GraphQLSchema, seed: number): RandomDocument {
  const writer = new Writer(schema, seeded(seed));
  const query = schema.getQueryType();
  if (query == null) throw new Error('The schema has no queries');
  const body = writer.selection(query, 0);
  return { query: `query Q($yes: Boolean!, $no: Boolean!${writer.declared.join('')}) ${body}`, variables: { yes: true, no: false, ...writer.variables } };
}

class Writer {
  readonly declared: string[] = [];
  readonly variables: Record<string, unknown> = {};
  private names = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: () => number,
  ) {}

  selection(type: GraphQLNamedType, depth: number): string {
    if (isUnionType(type) || isInterfaceType(type)) {
      const possible = this.schema.getPossibleTypes(type).filter(() => this.random() < 0.6);
      return `{ __typename ${possible.map((each) => `... on ${each.name} ${this.selection(each, depth + 1)}`).join(' ')} }`;
    }
    if (!isObjectType(type)) throw new Error(`${type.name} has no selection`);
    const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)) || depth < DEPTH_MAX);
    const chosen = Array.from({ length: 1 + Math.floor(this.random() * FIELDS_MAX) }, () => fields[Math.floor(this.random() * fields.length)]);
    const parts = chosen.flatMap((field) => (field === undefined ? [] : [this.field(field, depth)]));
    return this.random() < 0.2 ? `{ ... on ${type.name} ${this.directive()} { ${parts.join(' ')} } __typename }` : `{ ${parts.join(' ')} }`;
  }

  /** Each has a response name of its own, so that no two have to agree. */
  private field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const named = getNamedType(field.type);
    const given = field.args.filter((argument) => isNonNullType(argument.type) || this.random() < 0.3).map((argument) => this.argument(argument));
    const below = isLeafType(named) ? '' : ` ${this.selection(named, depth + 1)}`;
    return `f${this.names++}: ${field.name}${given.length === 0 ? '' : `(${given.join(', ')})`} ${this.directive()}${below}`;
  }

  private directive(): string {
    const dice = this.random();
    if (dice < 0.05) return '@include(if: $yes)';
    if (dice < 0.1) return '@include(if: $no)';
    if (dice < 0.15) return '@skip(if: $no)';
    return dice < 0.17 ? '@skip(if: $yes)' : '';
  }

  private argument({ name, type }: GraphQLArgument): string {
    const value = this.value(type);
    if (this.random() < 0.5) return `${name}: ${showLiteral(value, type)}`;
    const variable = `v${this.names++}`;
    this.declared.push(`, $${variable}: ${String(type)}`);
    this.variables[variable] = value;
    return `${name}: $${variable}`;
  }

  private value(type: GraphQLInputType): unknown {
    return !isNonNullType(type) && this.random() < 0.15 ? null : this.some(type);
  }

  /** A value that is not null. */
  private some(type: GraphQLInputType): unknown {
    const inner = getNullableType(type);
    if (isListType(inner)) return Array.from({ length: Math.floor(this.random() * 3) }, () => this.value(inner.ofType as GraphQLInputType));
    if (isEnumType(inner)) return inner.getValues()[Math.floor(this.random() * inner.getValues().length)]?.name;
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields());
      const one = fields[Math.floor(this.random() * fields.length)];
      if (inner.isOneOf) return one === undefined ? {} : { [one.name]: this.some(one.type) };
      return Object.fromEntries(
        fields.filter((field) => isNonNullType(field.type) || this.random() < 0.3).map((field) => [field.name, this.value(field.type)]),
      );
    }
    return SAMPLES[inner.name] ?? 'x';
  }
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  Int: 3,
  Float: 1.5,
  Boolean: true,
  ID: 'aXRlbQlB',
  String: 'text',
  DateTime: '2026-11-22T13:04:05.123Z',
  Duration: 'PT15M',
  Quantity: 7,
  JSON: { a: [1, 'b', null] },
};

/** As GraphQL text; enum values stand without quotes. */
function showLiteral(value: unknown, type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (value === null || value === undefined) return 'null';
  if (isListType(inner) && Array.isArray(value)) return `[${value.map((each) => showLiteral(each, inner.ofType as GraphQLInputType)).join(', ')}]`;
  if (isEnumType(inner)) return String(value);
  if (isInputObjectType(inner)) {
    const fields = inner.getFields();
    const shown = Object.entries(value).map(([name, each]) => `${name}: ${showLiteral(each, fields[name]?.type ?? inner)}`);
    return `{ ${shown.join(', ')} }`;
  }
  return typeof value === 'object' ? showJson(value) : JSON.stringify(value);
}

function showJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${showJson(each)}`)
    .join(', ')} }`;
}
