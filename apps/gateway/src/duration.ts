/** ISO 8601 of milliseconds, `PT1H2M3.5S`; days and more as hours, so that no calendar is needed. Negative ones begin with a minus. */
export function showDuration(milliseconds: number): string {
  const total = Math.abs(milliseconds);
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = (total % 60_000) / 1_000;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''].join('');
  return parts === '' ? 'PT0S' : `${milliseconds < 0 ? '-' : ''}PT${parts}`;
}

const PARTS = /^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,3})?)S)?)?$/;

/** Milliseconds of an ISO 8601 duration; null where it names months or years, which have no fixed length. */
export function readDurationMs(text: string): number | null {
  const found = PARTS.exec(text);
  if (found === null) return null;
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((weeks ?? 0) * 7 + (days ?? 0)) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1_000);
}
