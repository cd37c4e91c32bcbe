const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long ago, roughly, in words: "just now", "3 min ago", "2 d ago". A clock that runs ahead of ours gives "just now". */
export function agoText(sinceMs: number, nowMs: number): string {
  const agoMs = nowMs - sinceMs;
  if (agoMs < 10 * SECOND_MS) return 'just now';
  if (agoMs < MINUTE_MS) return `${Math.floor(agoMs / SECOND_MS)} s ago`;
  if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`;
  if (agoMs < 2 * DAY_MS) return `${Math.floor(agoMs / HOUR_MS)} h ago`;
  return `${Math.floor(agoMs / DAY_MS)} d ago`;
}

/** A span in the unit that fits it: "0.3 s", "12 s", "4 min". */
export function spanText(spanMs: number): string {
  if (spanMs < 10 * SECOND_MS) return `${(Math.max(0, spanMs) / SECOND_MS).toFixed(1)} s`;
  if (spanMs < MINUTE_MS) return `${Math.round(spanMs / SECOND_MS)} s`;
  if (spanMs < HOUR_MS) return `${Math.round(spanMs / MINUTE_MS)} min`;
  return `${Math.round(spanMs / HOUR_MS)} h`;
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** A moment in the reader's own zone, as short as it can be: the time of today, the day of this year, the year of others. */
export function momentText(atMs: number, nowMs: number): string {
  const [at, now] = [new Date(atMs), new Date(nowMs)];
  if (at.toDateString() === now.toDateString()) return time.format(at);
  return (at.getFullYear() === now.getFullYear() ? dayAndTime : dayAndYear).format(at).replace(',', '');
}
