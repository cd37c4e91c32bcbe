/** ISO 8601 of milliseconds, `PT1H2M3.5S`; days and more as hours, so that no calendar is needed. Negative ones begin with a minus. */
export function showDuration(milliseconds: number): string {
  const total = Math.abs(milliseconds);
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = (total % 60_000) / 1_000;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''].join('');
  return parts === '' ? 'PT0S' : `${milliseconds < 0 ? '-' : ''}PT${parts}`;
}
