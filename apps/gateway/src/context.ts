import type { Instant } from '@quayside/contracts';
import type { Viewer } from '@quayside/service';
import type { Database } from '@quayside/store';
import { makeLoaders, type Loaders } from './loaders.js';
import type { LevelReader } from './reads/levelReader.js';
import { visibleTo, type Visible } from './visible.js';

/** What resolvers know of the request. Live views are shared by a whole scope, so theirs has no viewer. */
export interface GatewayContext extends Loaders {
  readonly viewer: Viewer | null;
  readonly visible: Visible;
  /** One instant for all of the answer: what is late is late everywhere in it. */
  readonly now: Instant;
}
export interface ContextParts {
  readonly levelReader: LevelReader;
  readonly pool: Database['pool'];
  readonly now: () => Instant;
}

/** The context of one request of one viewer. */
export function requestContext(parts: ContextParts, viewer: Viewer): GatewayContext {
  return { viewer, ...scopeContext(parts, visibleTo(viewer)) };
}

/** The context of one execution of a live view for a scope. */
export function liveContext(parts: ContextParts, visible: Visible): GatewayContext {
  return { viewer: null, ...scopeContext(parts, visible) };
}

function scopeContext({ levelReader, pool, now }: ContextParts, visible: Visible): Omit<GatewayContext, 'viewer'> {
  const at = now();
  return { visible, now: at, ...makeLoaders({ pool, reader: levelReader, visible, now: at }) };
}
