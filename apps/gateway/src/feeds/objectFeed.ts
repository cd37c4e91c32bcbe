import type { Contents, Feed, View } from '../live/feed.js';
import type { Visible } from '../visible.js';
import { encodeStreamCursor, laterOf, readStreamCursor } from './streamCursor.js';
import type { Stretch } from './stretch.js';
import { differenceOf, type Shows } from './viewSince.js';

/** One page of the objects that are true now; `from` is null at first, then the `next` of the page before. */
export interface ObjectPage<T> {
  readonly objects: readonly T[];
  readonly next: string | null;
}
/** A feed's arguments and scope, bound. */
interface ObjectView<T> {
  readonly shows: Shows<T>;
  readPage(from: string | null): Promise<ObjectPage<T>>;
  /** The batch's own fields around its objects. */
  contents(objects: readonly T[]): Contents;
}
export interface ObjectFeedParts<T> {
  readonly stretch: Stretch<T>;
  readonly idOf: (object: T) => string;
  /** Throws BAD_USER_INPUT for arguments that make no sense. */
  readonly open: (given: Readonly<Record<string, unknown>>, visible: Visible) => ObjectView<T>;
}

/** A state stream: the newest version of each object that a view shows, from a stretch of changes and pages of what is true now. */
export function objectFeed<T>(parts: ObjectFeedParts<T>): Feed {
  const { stretch } = parts;
  return {
    head: () => stretch.showHead(),
    isRetained: (cursor) => stretch.isRetained(readStreamCursor(cursor)),
    onChange: (listen) => stretch.onChange(listen),
    open: (given, visible) => toView(parts, parts.open(given, visible)),
  };
}

function toView<T>({ stretch, idOf }: ObjectFeedParts<T>, { shows, readPage, contents }: ObjectView<T>): View {
  const unchanged = { removedIds: [], coalesced: 0 };
  return {
    page: async (from) => {
      const { objects, next } = await readPage(from);
      return { contents: { ...contents(objects), ...unchanged }, next };
    },
    since: (text) => {
      const from = readStreamCursor(text);
      const difference = differenceOf(stretch.since(from), shows);
      const cursor = encodeStreamCursor(laterOf(stretch.head(), from));
      if (difference === null) return { contents: null, cursor };
      const { shown, removed, coalesced } = difference;
      return { contents: { ...contents(shown), removedIds: removed.map(idOf), coalesced }, cursor };
    },
    nothing: () => ({ ...contents([]), ...unchanged }),
  };
}
