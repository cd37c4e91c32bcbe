import { levelKey, type Level } from '@quayside/contracts';
import type { Viewer } from '@quayside/service';
import DataLoader from 'dataloader';
import type { LevelKey, LevelReader } from './reads/levelReader.js';
import { visibleTo, type Visible } from './visible.js';

/** What resolvers know of the request. Live views are shared by a whole scope, so theirs has no viewer. */
export interface GatewayContext {
  readonly viewer: Viewer | null;
  readonly visible: Visible;
  /** Levels by key, gathered into one read; only for keys whose location is visible. */
  readonly levels: DataLoader<LevelKey, Level | null, string>;
}

/** The context of one request of one viewer. */
export function requestContext(reader: LevelReader, viewer: Viewer): GatewayContext {
  return { viewer, visible: visibleTo(viewer), levels: levelLoader(reader) };
}

/** The context of one execution of a live view for a scope. */
export function liveContext(reader: LevelReader, visible: Visible): GatewayContext {
  return { viewer: null, visible, levels: levelLoader(reader) };
}

const levelLoader = (reader: LevelReader): GatewayContext['levels'] =>
  new DataLoader((keys) => reader.read(keys), { cacheKeyFn: ({ location, sku }) => levelKey(location, sku) });
