import type { Reader } from './channel.js';
import type { SocketSession } from './socketSession.js';

/** Unread bytes from which a socket is not ready: some small batches. A full snapshot page goes over it once. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** One subscription of one socket: wraps shared bytes into its `next` frames. */
export class SocketReader implements Reader {
  private readonly before: Buffer;
  private static readonly after = Buffer.from('}');

  constructor(
    id: string,
    private readonly session: SocketSession,
    readonly fail: (cause: unknown) => void,
  ) {
    this.before = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  }

  /** What a reader does not read stays with the kernel and is counted here: it costs a position, not a queue. */
  isReady(): boolean {
    return this.session.isOpen() && this.session.socket.bufferedAmount < UNREAD_BYTES_MAX;
  }

  send(payload: Buffer): void {
    if (this.session.isOpen()) this.session.socket.send(Buffer.concat([this.before, payload, SocketReader.after]), { binary: false });
  }
}
