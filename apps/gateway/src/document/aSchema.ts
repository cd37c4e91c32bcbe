import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { SCALARS } from '../scalars.js';

/** For tests: the served schema, with the root and object fields given resolved by plain functions and our own scalars. */
export function aSchema(fields: Readonly<Record<string, Readonly<Record<string, GraphQLFieldResolver<unknown, unknown>>>>> = {}): GraphQLSchema {
  const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
  for (const [name, resolvers] of Object.entries(fields)) {
    const type = schema.getType(name);
    if (type === undefined || !('getFields' in type)) throw new Error(`The schema has no type ${name} with fields`);
    const known = type.getFields();
    for (const [field, resolve] of Object.entries(resolvers)) Object.assign(known[field] ?? {}, { resolve });
  }
  for (const [name, { serialize, parseValue, parseLiteral }] of Object.entries(SCALARS))
    Object.assign(schema.getType(name) ?? {}, { serialize, parseValue, parseLiteral });
  return schema;
}
