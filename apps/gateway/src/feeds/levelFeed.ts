import { levelKey, type Level } from '@quayside/contracts';
import type { LevelFilter } from '@quayside/store';
import type { Feed } from '../live/feed.js';
import { encodeNodeId } from '../nodeId.js';
import { levelsShown, readLevelFilter } from '../reads/levelFilter.js';
import { objectFeed, type ObjectPage } from './objectFeed.js';
import type { Objects } from './ring.js';
import type { Stretch } from './stretch.js';

export const LEVEL_OBJECTS: Objects<Level> = { keyOf: ({ location, sku }) => levelKey(location, sku), versionOf: ({ version }) => version };

export type ReadLevelPage = (filter: LevelFilter, from: string | null) => Promise<ObjectPage<Level>>;

/** `stockLevelChanges`: every level that the filter and the scope let through. */
export function levelFeed(stretch: Stretch<Level>, readPage: ReadLevelPage): Feed {
  return objectFeed({
    stretch,
    idOf: ({ location, sku }) => encodeNodeId({ kind: 'level', location, sku }),
    open: ({ filter: given }, visible) => {
      const filter = readLevelFilter(given, visible);
      return { shows: levelsShown(filter), readPage: (from) => readPage(filter, from), contents: (levels) => ({ levels }) };
    },
  });
}
