import { Context, Query, Resolver } from '@nestjs/graphql';
import type { Role } from '@quayside/service';
import type { Actor } from '../actor.js';
import type { GatewayContext } from '../context.js';
import { isGranted } from '../document/requiredScope.js';

const SCOPES: readonly Role[] = ['READ', 'OPERATE', 'ADMIN'];

/** `viewer`. */
@Resolver()
export class ViewerQueries {
  @Query('viewer')
  viewer(@Context() { viewer }: GatewayContext): { actor: Actor; scopes: readonly Role[] } {
    if (viewer === null) throw new Error('A live view asked who its viewer is: it has many');
    const { id, name, roles } = viewer;
    return { actor: { id: `user:${id}`, name: name === '' ? id : name, kind: 'USER' }, scopes: SCOPES.filter((scope) => isGranted(roles, scope)) };
  }
}
