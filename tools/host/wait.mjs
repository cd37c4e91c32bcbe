import { setTimeout as sleep } from 'node:timers/promises';

/** Sleeps, and ends early by throwing when the signal is aborted. */
export async function pause(milliseconds, signal) {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    throw signal?.reason ?? error;
  }
}

/**
 * Asks `check` again and again until it answers something truthy, and returns that; null when the time is over.
 * @param {() => unknown} check
 * @param {{ timeoutMs: number, everyMs?: number, signal?: AbortSignal }} bounds
 */
export async function waitUntil(check, { timeoutMs, everyMs = 100, signal }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await check();
    if (answer) return answer;
    if (Date.now() >= deadline) return null;
    await pause(everyMs, signal);
  }
}
