import { randomUUID } from 'node:crypto';
import type { Viewer } from '@quayside/service';
import type { WebSocket } from 'ws';

/** Longest delay that a timer can take, ms; a token that lasts longer is looked at again then. */
const TIMER_MS_MAX = 2 ** 31 - 1;
/** Close code of a token that is missing, invalid or over: the client resumes with a new one. */
const FORBIDDEN = 4403;

/** One socket of one viewer. It ends with the token. */
export class SocketSession {
  readonly id = randomUUID();

  constructor(
    readonly socket: WebSocket,
    readonly viewer: Viewer,
  ) {
    this.watchExpiry();
  }

  remainingMs(): number {
    return Math.max(0, this.viewer.expiresAt - Date.now());
  }

  /** Whether the socket may be sent something; closes it when its token is over. */
  isOpen(): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    if (this.remainingMs() > 0) return true;
    this.socket.close(FORBIDDEN, 'The token has expired');
    return false;
  }

  private watchExpiry(): void {
    const timer = setTimeout(
      () => {
        if (this.isOpen()) this.watchExpiry();
      },
      Math.min(this.remainingMs(), TIMER_MS_MAX),
    );
    this.socket.once('close', () => clearTimeout(timer));
  }
}
