import { TypeInfo, getDirectiveValues, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Role } from '@quayside/service';

/** From the least privilege to the greatest; a role has all that stand before it. */
const ORDER: readonly Role[] = ['READ', 'OPERATE', 'ADMIN'];

/** The greatest privilege that any field of this (single-operation) document asks for by `@requires`; a skipped field counts. READ where none does. */
export function requiredScope(schema: GraphQLSchema, document: DocumentNode): Role {
  const directive = schema.getDirective('requires');
  if (directive == null) throw new Error('The schema does not declare @requires');
  let rank = 0;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const field = types.getFieldDef()?.astNode;
        const scope = field == null ? undefined : getDirectiveValues(directive, field)?.['scope'];
        rank = Math.max(
          rank,
          ORDER.findIndex((role) => role === scope),
        );
      },
    }),
  );
  return ORDER[rank] ?? 'ADMIN';
}

/** Whether a viewer's roles reach a scope. Every valid token has READ. */
export function isGranted(roles: readonly Role[], scope: Role): boolean {
  return scope === 'READ' || roles.some((role) => ORDER.indexOf(role) >= ORDER.indexOf(scope));
}
