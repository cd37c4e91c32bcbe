import type { Freshness } from '../live/freshness.js';
import type { LiveState } from '../live/LiveConnection.js';
import { spanText } from '../page/timeText.js';

/** The state of the live view: `tone` for its dot, `words` for people, `since` what follows them and changes all the time. */
export interface LiveText {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly words: string;
  readonly since: string;
  /** What is amiss behind a connection that works; empty when nothing is. */
  readonly remark: string;
}

/** One heartbeat of 5 s may be late; then a reader should know. */
const QUIET_AFTER_MS = 7_000;

export interface LiveFacts {
  readonly state: LiveState;
  readonly isComplete: boolean;
  /** Since the last message; null before the first. */
  readonly quietMs: number | null;
  readonly freshness: Freshness | null;
}

/** Puts the state of the live view into words. */
export function liveText({ state, isComplete, quietMs, freshness }: LiveFacts): LiveText {
  if (state.kind === 'refused') return { tone: 'bad', words: 'Signed out', since: '', remark: '' };
  if (state.kind !== 'live')
    return { tone: quietMs === null ? 'warn' : 'bad', words: quietMs === null ? 'Connecting…' : 'Reconnecting…', since: '', remark: '' };
  if (!isComplete) return { tone: 'warn', words: 'Loading stock…', since: '', remark: '' };
  const since = quietMs === null ? '' : `${spanText(quietMs)} ago`;
  if (quietMs !== null && quietMs > QUIET_AFTER_MS) return { tone: 'warn', words: 'Waiting for news', since: `last ${since}`, remark: '' };
  return { tone: freshness?.state === 'LIVE' ? 'good' : 'warn', words: 'Live', since, remark: freshness === null ? '' : remarkOn(freshness) };
}

function remarkOn({ state, lagMs }: Freshness): string {
  switch (state) {
    case 'LIVE':
      return '';
    case 'LAGGING':
      return `${spanText(lagMs)} behind the warehouse`;
    case 'STALE':
      return `a warehouse has been silent for ${spanText(lagMs)}`;
    case 'REBUILDING':
      return 'levels are being recomputed';
  }
}
