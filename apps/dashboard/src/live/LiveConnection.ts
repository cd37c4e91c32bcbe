import { createClient, type Client } from 'graphql-ws';
import { FrameBell } from './FrameBell.js';
import { readConnectionEnd, waitBeforeRetryMs, type ConnectionEnd } from './connectionEnd.js';

/** One live view over the connection: its document, with a `$after` where the view has positions, where to resume, and where its messages go. */
export interface LiveStream {
  readonly document: string;
  /** Those of the document beside `$after`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Called before each subscribing; returns the position to resume from, or null for a SNAPSHOT. */
  begin(): string | null;
  /** Takes one message's `data`; throws WireFault when it is not what the schema says. */
  take(data: unknown): void;
  forgetCursor(): void;
}

export type LiveState =
  /** `reason` is why the last connection was lost; null at first. */
  | { readonly kind: 'connecting'; readonly reason: string | null }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly reason: string; readonly retryAtMs: number }
  | { readonly kind: 'refused'; readonly reason: string; readonly wasEverLive: boolean };

/** Two heartbeats and a half of 5 s: a stream that is quiet for longer is dead, whatever its socket says. */
const DEAD_AFTER_MS = 12_500;
const WATCH_EVERY_MS = 1_000;

interface Subscribing {
  readonly stream: LiveStream;
  readonly after: string | null;
  readonly take: (data: unknown) => void;
  readonly finish: (end: ConnectionEnd) => void;
}

/** A stream of one page: how often it has failed in a row, and what ends what it is doing now. */
interface Following {
  attempt: number;
  end: () => void;
}

/**
 * Keeps the streams alive on one socket: resumes each after a loss from its cursor, waits longer after each failure, notices a
 * stream that died without a word, and stops only when the gateway refuses the token or `stop` is called. `streams` are those that
 * the page cannot be without: only they say whether it is live. A stream of one page comes and goes with `follow`; where it fails
 * it is asked for again by itself, and takes nothing else down.
 */
export class LiveConnection {
  readonly bell: FrameBell;
  private readonly followed = new Map<LiveStream, Following>();
  private client: Client | null = null;
  private current: LiveState = { kind: 'connecting', reason: null };
  private lastHeardMs: number | null = null;
  private wasEverLive = false;
  private isStopped = false;
  private endWait: () => void = () => undefined;
  private endConnection: () => void = () => undefined;

  constructor(
    private readonly address: { readonly url: string; readonly token: string },
    private readonly streams: readonly LiveStream[],
  ) {
    this.bell = new FrameBell((run) => requestAnimationFrame(run));
  }

  get state(): LiveState {
    return this.current;
  }

  /** When the last message came, milliseconds since 1970; null before the first. */
  get heardAtMs(): number | null {
    return this.lastHeardMs;
  }

  start(): void {
    const retryNow = (): void => this.retryNow();
    window.addEventListener('online', retryNow);
    void this.run().finally(() => window.removeEventListener('online', retryNow));
  }

  stop(): void {
    this.isStopped = true;
    this.endConnection();
    this.endWait();
  }

  /** Adds a stream, at any time; returns what ends it. */
  follow(stream: LiveStream): () => void {
    const following: Following = { attempt: 0, end: () => undefined };
    this.followed.set(stream, following);
    if (this.client !== null) this.subscribeFollowed(this.client, stream, following);
    return () => {
      this.followed.delete(stream);
      following.end();
    };
  }

  /** Ends the wait before the next attempt, if there is one. */
  retryNow(): void {
    this.endWait();
  }

  private async run(): Promise<void> {
    let attempt = 0;
    while (!this.isStopped) {
      const { end, hasHeard } = await this.connect();
      if (this.isStopped) return;
      if (end.kind === 'refused') {
        this.become({ kind: 'refused', reason: end.reason, wasEverLive: this.wasEverLive });
        return;
      }
      if (end.isCursorSuspect) for (const stream of this.streams) stream.forgetCursor();
      attempt = hasHeard ? 1 : attempt + 1;
      await this.wait(waitBeforeRetryMs(attempt, Math.random()), end.reason);
    }
  }

  /** Resolves when the connection has ended, for whatever reason. */
  private connect(): Promise<{ end: ConnectionEnd; hasHeard: boolean }> {
    return new Promise((resolve) => {
      // Streams whose view is not known to be of now. One that is resumed may rightly be quiet up to its first heartbeat.
      const silent = new Set<LiveStream>();
      let hasHeard = false;
      const heardMs = new Map(this.streams.map((stream) => [stream, Date.now()]));
      const watch = setInterval(() => {
        if (Math.min(...heardMs.values()) + DEAD_AFTER_MS < Date.now()) finish(readConnectionEnd(new Error('nothing was heard for too long')));
      }, WATCH_EVERY_MS);
      const client = this.openClient();
      let isOver = false;
      const finish = (end: ConnectionEnd): void => {
        if (isOver) return;
        isOver = true;
        this.client = null;
        clearInterval(watch);
        client.terminate();
        resolve({ end, hasHeard });
      };
      this.endConnection = () => finish(readConnectionEnd(new Error('the page ended it')));
      client.on('closed', (event) => finish(readConnectionEnd(event)));
      client.on('connected', () => {
        if (silent.size === 0) this.goLive();
      });
      for (const stream of this.streams) {
        const take = (data: unknown): void => {
          if (isOver) return;
          stream.take(data);
          hasHeard = true;
          this.lastHeardMs = Date.now();
          heardMs.set(stream, this.lastHeardMs);
          if (silent.delete(stream) && silent.size === 0) this.goLive();
        };
        const after = stream.begin();
        if (after === null) silent.add(stream);
        subscribe(client, { stream, after, take, finish });
      }
      this.client = client;
      for (const [stream, following] of this.followed) this.subscribeFollowed(client, stream, following);
    });
  }

  /** A stream that fails while the socket holds is asked for again after a wait of its own; with a lost socket all are. */
  private subscribeFollowed(client: Client, stream: LiveStream, following: Following): void {
    const isWanted = (): boolean => client === this.client && this.followed.get(stream) === following;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const finish = (end: ConnectionEnd): void => {
      if (isOver) return;
      isOver = true;
      dispose();
      if (!isWanted()) return;
      if (end.kind === 'lost' && end.isCursorSuspect) stream.forgetCursor();
      following.attempt += 1;
      const again = (): void => {
        if (isWanted()) this.subscribeFollowed(client, stream, following);
      };
      timer = setTimeout(again, waitBeforeRetryMs(following.attempt, Math.random()));
    };
    const take = (data: unknown): void => {
      if (isOver) return;
      stream.take(data);
      following.attempt = 0;
    };
    const dispose = subscribe(client, { stream, after: stream.begin(), take, finish });
    following.end = () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
      dispose();
    };
  }

  private openClient(): Client {
    const { url, token } = this.address;
    // Retrying is ours: the library's own would ask with the cursor of the first subscribing, again and again.
    return createClient({ url, connectionParams: { authorization: `Bearer ${token}` }, retryAttempts: 0, connectionAckWaitTimeout: DEAD_AFTER_MS });
  }

  private goLive(): void {
    this.wasEverLive = true;
    this.lastHeardMs = Date.now();
    this.become({ kind: 'live' });
  }

  private async wait(waitMs: number, reason: string): Promise<void> {
    this.become({ kind: 'waiting', reason, retryAtMs: Date.now() + waitMs });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (!this.isStopped) this.become({ kind: 'connecting', reason });
  }

  private become(state: LiveState): void {
    this.current = state;
    this.bell.ring();
  }
}

/** Asks for one stream; returns what ends it. */
function subscribe(client: Client, on: Subscribing): () => void {
  const { document, variables } = on.stream;
  // A view without positions, such as healthChanges, has no $after to be given.
  const payload = { query: document, variables: document.includes('$after') ? { ...variables, after: on.after } : { ...variables } };
  return client.subscribe(payload, {
    next: (result) => {
      if (result.errors !== undefined) return on.finish(readConnectionEnd(result.errors));
      try {
        on.take(result.data);
      } catch (cause) {
        on.finish(readConnectionEnd(cause));
      }
    },
    error: (cause) => on.finish(readConnectionEnd(cause)),
    complete: () => on.finish(readConnectionEnd(new Error('the gateway ended the stream'))),
  });
}
