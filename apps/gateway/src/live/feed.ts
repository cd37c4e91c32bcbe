import type { Visible } from '../visible.js';
import type { StreamOptions } from './streamOptions.js';

/** What a batch carries beside kind, cursor and complete: the fields of its SDL type, or what their resolvers work on. */
export type Contents = Readonly<Record<string, unknown>>;

export interface Since {
  readonly contents: Contents | null;
  readonly cursor: string;
  /** There is more behind this cursor already: the next step need not wait for a change. */
  readonly hasMore?: boolean;
}

/** A live field with its arguments and scope bound: what it shows, now and since. */
export interface View {
  /** Reads one page of what is true now; `from` is null at first, then the `next` of the page before. Null: a stream of what happens, which goes on from where one is. */
  readonly page: ((from: string | null) => Promise<{ readonly contents: Contents; readonly next: string | null }>) | null;
  /** What has changed after a retained cursor, newest versions only (null: nothing that this view shows), and the cursor after it. */
  since(cursor: string): Since | Promise<Since>;
  /** A batch without objects. */
  nothing(): Contents;
}

/** A live field of the schema: knows positions, opens views. Cursors are opaque to everyone else. */
export interface Feed {
  /** Position of the newest change held. Take it before reading a snapshot. */
  head(): string;
  /** Whether everything after this cursor is still held. */
  isRetained(cursor: string): boolean;
  /** Throws BAD_USER_INPUT for arguments that the schema lets through and that make no sense. */
  open(given: Readonly<Record<string, unknown>>, visible: Visible): View;
  onChange(listen: () => void): () => void;
  /** Options of a field that takes none from its readers. */
  readonly options?: StreamOptions;
}
