import { refusal } from '../refusal.js';

/** Times of one subscription, ms, and whether it begins with what is true now. */
export interface StreamOptions {
  readonly snapshot: boolean;
  /** 0: at once. */
  readonly coalesceMs: number;
  readonly heartbeatMs: number;
}

/** Below, a window costs more than it saves; a minute is the longest that "live" can mean. */
const COALESCE_MS_MIN = 50;
const COALESCE_MS_MAX = 60_000;
const HEARTBEAT_MS_MIN = 1_000;
const HEARTBEAT_MS_MAX = 60_000;

/** Reads the `options` argument; absent values are the SDL's defaults. Throws BAD_USER_INPUT outside the bounds. */
export function readStreamOptions(given: unknown): StreamOptions {
  const options: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? { ...given } : {};
  const { snapshot, coalesceMs, heartbeatMs } = options;
  return {
    snapshot: snapshot !== false,
    coalesceMs: coalesceMs === 0 ? 0 : within('coalesceMs', coalesceMs ?? 100, [COALESCE_MS_MIN, COALESCE_MS_MAX]),
    heartbeatMs: within('heartbeatMs', heartbeatMs ?? 10_000, [HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX]),
  };
}

function within(name: string, value: unknown, [min, max]: readonly [number, number]): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw refusal('BAD_USER_INPUT', `\`options.${name}\` is ${String(value)}; ${min} to ${max} ms are served`, { argument: `options.${name}`, min, max });
}
