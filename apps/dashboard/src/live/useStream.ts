import { useEffect } from 'react';
import { useDesk } from './Desk.js';
import type { LiveStream } from './LiveConnection.js';

/** Follows a stream as long as the caller is mounted. The stream is to be memoised: another object is another stream. */
export function useStream(stream: LiveStream | null): void {
  const { connection } = useDesk();
  useEffect(() => (stream === null ? undefined : connection.follow(stream)), [connection, stream]);
}
