import { createHash } from 'node:crypto';
import { print } from 'graphql';
import type { PreparedOperation } from '../document/documents.js';
import { refusal } from '../refusal.js';
import type { Visible } from '../visible.js';
import { Channel, type Batch, type ChannelParts, type Place, type Reader } from './channel.js';
import type { Feed } from './feed.js';
import { liveField, type LiveField } from './liveField.js';
import { readStreamOptions } from './streamOptions.js';
import type { Timers } from './timers.js';

export interface HubParts {
  /** By the name of the subscription field that each serves. */
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly timers: Timers;
  /** Runs the document over one batch, for everyone of this scope: nothing of a single viewer may be in its context. */
  readonly execute: (prepared: PreparedOperation, root: Readonly<Record<string, Batch>>, visible: Visible) => Promise<unknown>;
  readonly onFault: (cause: unknown) => void;
}

/** All live views of this process, shared by (document, variables, scope). */
export class Hub {
  private readonly channels = new Map<string, Channel>();
  /** How often a document was executed over a batch, ever. */
  executions = 0;

  constructor(private readonly parts: HubParts) {}

  get channelCount(): number {
    return this.channels.size;
  }

  get readerCount(): number {
    let count = 0;
    for (const channel of this.channels.values()) count += channel.size;
    return count;
  }

  /** Seats a reader; returns how it leaves. Throws BAD_USER_INPUT for arguments that make no sense. */
  join(prepared: PreparedOperation, visible: Visible, reader: Reader): () => void {
    const field = liveField(prepared);
    const feed = this.parts.feeds[field.name];
    if (feed === undefined) throw refusal('BAD_REQUEST', `No stream stands behind ${field.name}`);
    const { after, options: givenOptions, ...given } = field.given;
    const options = feed.options ?? readStreamOptions(givenOptions);
    const view = feed.open(given, visible);
    const key = keyOf(prepared, field, visible);
    const channel =
      this.channels.get(key) ?? this.openChannel(key, { feed, view, options, render: (batch) => this.render(prepared, { [field.name]: batch }, visible) });
    channel.join(reader, placeOf(feed, after, options.snapshot));
    return () => channel.leave(reader);
  }

  private openChannel(key: string, parts: Pick<ChannelParts, 'feed' | 'view' | 'options' | 'render'>): Channel {
    const { timers, onFault } = this.parts;
    const onEmpty = (): void => {
      stop();
      this.channels.delete(key);
    };
    const channel = new Channel({ ...parts, timers, onFault, onEmpty });
    const stop = parts.feed.onChange(() => channel.poke());
    this.channels.set(key, channel);
    return channel;
  }

  private async render(prepared: PreparedOperation, root: Readonly<Record<string, Batch>>, visible: Visible): Promise<Buffer> {
    this.executions++;
    return Buffer.from(JSON.stringify(await this.parts.execute(prepared, root, visible)));
  }
}

function placeOf(feed: Feed, after: unknown, snapshot: boolean): Place {
  if (typeof after === 'string') return feed.isRetained(after) ? { kind: 'following', cursor: after } : { kind: 'lost' };
  return snapshot ? { kind: 'entering' } : { kind: 'following', cursor: feed.head() };
}

/** `after` is a reader's own and no part of what is shared. */
function keyOf(prepared: PreparedOperation, field: LiveField, visible: Visible): string {
  const variables = Object.entries(prepared.variables).filter(([name]) => name !== field.afterVariable);
  return createHash('sha256')
    .update(JSON.stringify([print(prepared.document), variables, visible]))
    .digest('base64url');
}
