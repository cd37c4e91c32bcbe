import type { Instant } from '@quayside/contracts';
import { readDurationMs, showDuration } from '../duration.js';
import { refusal } from '../refusal.js';
import { asGiven, numberOf, textOf } from './inputs.js';

/** A stretch of time in buckets; `to` is not included. */
export interface TimeWindow {
  readonly from: Instant;
  readonly to: Instant;
  readonly bucketMs: number;
}

/** Points that a chart of a screen's width can show; a window without a bucket gets about as many. */
const POINTS_WANTED = 200;
const POINTS_MAX = 1_000;
/** Buckets that people can read: seconds, minutes, hours, days, weeks. */
const BUCKETS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];

/** Reads a TimeWindowInput. Throws BAD_USER_INPUT where it ends before it begins, or has too many points. */
export function readTimeWindow(value: unknown): TimeWindow {
  const given = asGiven(value);
  const [from, to] = [numberOf(given, 'from') ?? 0, numberOf(given, 'to') ?? 0];
  if (from >= to) throw refusal('BAD_USER_INPUT', '`window` ends before it begins', { argument: 'window' });
  const text = textOf(given, 'bucket');
  const bucketMs = text === null ? bucketFor(to - from) : readDurationMs(text);
  if (bucketMs === null || bucketMs <= 0)
    throw refusal('BAD_USER_INPUT', `\`window.bucket\` is ${text ?? ''}; weeks, days, hours, minutes and seconds are served`, { argument: 'window.bucket' });
  const points = Math.ceil((to - from) / bucketMs);
  if (points > POINTS_MAX)
    throw refusal('BAD_USER_INPUT', `\`window\` has ${points} buckets; at most ${POINTS_MAX} are served`, { argument: 'window', max: POINTS_MAX });
  return { from, to, bucketMs };
}

/** The SDL's TimeWindow. */
export const showTimeWindow = ({ from, to, bucketMs }: TimeWindow) => ({ from, to, bucket: showDuration(bucketMs) });

function bucketFor(lengthMs: number): number {
  const wanted = lengthMs / POINTS_WANTED;
  const found = BUCKETS_S.find((seconds) => seconds * 1_000 >= wanted * 0.8);
  return found === undefined ? Math.ceil(wanted) : found * 1_000;
}
