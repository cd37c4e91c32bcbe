import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isListType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** One document of the walk, and which fields of the schema it asks for, as `Type.field`. */
export interface WalkDocument {
  readonly root: string;
  readonly query: string;
  readonly asks: readonly string[];
}

/** GraphQL literals by what they are for: `Field.argument`, the name of an argument or input field, or an input type. */
export type Literals = Readonly<Record<string, string>>;

interface Step {
  readonly type: GraphQLObjectType;
  /** What goes around a selection of `type`. */
  readonly around: (selection: string) => string;
  readonly asks: readonly string[];
  readonly depth: number;
}

/** Selections nest no deeper: the gateway's limit is 12, and each connection takes two. */
const DEPTH_MAX = 9;

/** Makes documents from a schema, so that a field that is new there is walked too, or has no literal and stops the walk. */
export class SchemaWalk {
  constructor(
    readonly schema: GraphQLSchema,
    private readonly literals: Literals,
  ) {}

  /** From one root field along every edge of the types behind it, the shortest way, each once. */
  documents(operation: 'query' | 'mutation' | 'subscription', root: GraphQLField<unknown, unknown>, optional: readonly string[] = []): WalkDocument[] {
    const rootName = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}.${root.name}`;
    const call = `${root.name}${this.argumentsOf(root, rootName, optional)}`;
    const open = (selection: string): string => `${operation} { ${call} ${selection} }`;
    const waiting = this.stepsInto(root, { around: open, asks: [rootName], depth: 1 });
    const seen = new Set<string>();
    const made: WalkDocument[] = [];
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { type, around, asks, depth } = step;
      const leaves = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
      const names = leaves.map((field) => `${field.name}${this.argumentsOf(field, `${type.name}.${field.name}`)}`);
      made.push({ root: root.name, query: around(`{ __typename ${names.join(' ')} }`), asks: [...asks, ...leaves.map(({ name }) => `${type.name}.${name}`)] });
      if (depth >= DEPTH_MAX) continue;
      for (const field of Object.values(type.getFields())) {
        const edge = `${type.name}.${field.name}`;
        if (isLeafType(getNamedType(field.type)) || seen.has(edge)) continue;
        seen.add(edge);
        const asked = `${field.name}${this.argumentsOf(field, edge)}`;
        waiting.push(
          ...this.stepsInto(field, { around: (selection) => around(`{ __typename ${asked} ${selection} }`), asks: [...asks, edge], depth: depth + 1 }),
        );
      }
    }
    return made;
  }

  /** A literal for an input, made of what it requires and of what has a literal of its own. */
  input(name: string, type: GraphQLInputType, optional: readonly string[] = []): string {
    const own = this.literals[name] ?? this.literals[name.slice(name.lastIndexOf('.') + 1)] ?? this.literals[getNamedType(type).name];
    if (own !== undefined) return own;
    if (isNonNullType(type)) return this.input(name, type.ofType, optional);
    if (isListType(type)) return `[${this.input(name, type.ofType, optional)}]`;
    if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
    if (!isInputObjectType(type)) throw new Error(`The walk has no value for ${name}: ${String(type)}`);
    const given = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || optional.includes(field.name));
    return `{ ${given.map((field) => `${field.name}: ${this.input(`${name}.${field.name}`, field.type, optional)}`).join(', ')} }`;
  }

  private argumentsOf(field: GraphQLField<unknown, unknown>, name: string, optional: readonly string[] = []): string {
    const isGiven = (arg: GraphQLArgument): boolean => isNonNullType(arg.type) || arg.name === 'first' || optional.includes(arg.name);
    const given = field.args.filter(isGiven).map((arg) => `${arg.name}: ${this.input(`${name}.${arg.name}`, arg.type, optional)}`);
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  private stepsInto(field: GraphQLField<unknown, unknown>, { around, asks, depth }: Omit<Step, 'type'>): Step[] {
    const type = getNamedType(field.type);
    if (isObjectType(type)) return [{ type, around, asks, depth }];
    if (!isAbstractType(type)) return [];
    return this.schema
      .getPossibleTypes(type)
      .map((possible) => ({ type: possible, around: (selection) => around(`{ __typename ... on ${possible.name} ${selection} }`), asks, depth }));
  }
}
