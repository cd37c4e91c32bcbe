import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** One message of any stream: its objects by their own field's name. */
export interface StreamBatch {
  readonly kind: 'SNAPSHOT' | 'DELTA' | 'RESET';
  readonly cursor: string;
  readonly complete: boolean;
  readonly removedIds?: readonly string[];
}
export interface ReaderParts<Batch extends StreamBatch> {
  /** A subscription with `$after`. */
  readonly query: string;
  readonly field: string;
  readonly token: string;
  /** Addresses to choose from at each connecting. */
  readonly urls: readonly string[];
  readonly random: () => number;
  readonly after?: string;
  readonly take: (batch: Batch) => void;
}

const RETRY_MS = 100;

/**
 * A client as anybody would write one with graphql-ws: it goes on from the last cursor that it has taken, at whichever gateway
 * answers. Its socket can be cut, and it can stop reading.
 */
export class StreamReader<Batch extends StreamBatch> {
  private socket: WebSocket | null = null;
  private cursor: string | null;
  private isStopped = false;
  private isPaused = false;
  private readonly running: Promise<void>;
  resumes = 0;
  resets = 0;
  /** Errors of operations, which nobody should ever see. */
  readonly failures: unknown[] = [];

  constructor(private readonly parts: ReaderParts<Batch>) {
    this.cursor = parts.after ?? null;
    this.running = this.run();
  }

  /** Cuts the connection without a word, as a network does. */
  cut(): void {
    this.socket?.terminate();
  }

  pause(): void {
    this.isPaused = true;
    this.socket?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.socket?.resume();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.cut();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let attempt = 0; !this.isStopped; attempt++) {
      if (attempt > 0) await sleep(RETRY_MS);
      if (this.cursor !== null && attempt > 0) this.resumes++;
      await this.connect().catch(() => {}); // refused or cut: the next attempt goes elsewhere
    }
  }

  private connect(): Promise<void> {
    const { urls, random, token, query, field, take } = this.parts;
    const url = urls[Math.floor(random() * urls.length)] ?? '';
    const hold = (socket: WebSocket): void => {
      this.socket = socket;
    };
    class Held extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        super(address, protocols);
        hold(this);
      }
    }
    return new Promise((resolve, reject) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: Held,
        connectionParams: { authorization: `Bearer ${token}` },
        retryAttempts: 0,
        lazy: true,
      });
      client.on('closed', () => resolve());
      client.subscribe<Record<string, Batch>>(
        { query, variables: { after: this.cursor } },
        {
          next: ({ data, errors }) => {
            if (errors !== undefined) this.failures.push(...errors);
            const batch = data?.[field];
            if (batch === undefined || batch === null) return;
            if (batch.kind === 'RESET') this.resets++;
            take(batch);
            // Half a snapshot, and a RESET, are nothing to go on from: the gateway's cursor of them says so.
            this.cursor = batch.cursor;
            if (this.isPaused) this.socket?.pause();
          },
          error: (cause) => {
            if (Array.isArray(cause)) this.failures.push(...cause);
            reject(cause instanceof Error ? cause : new Error('the stream failed'));
          },
          complete: () => resolve(),
        },
      );
    });
  }
}
