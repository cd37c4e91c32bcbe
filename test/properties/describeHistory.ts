import type { LoggedDraft } from './historyRecord.js';

/** A history in words, a record a line: `@12 (recorded 09:00:21) stock.shipped e07 of /wms/a at 08:03: order O1; 2 apple line 1`. */
export function describeHistory(history: readonly LoggedDraft[]): string {
  return history.map(describe).join('\n');
}

function describe({ draft: { name, source, id, sequence, occurredAt, data }, at }: LoggedDraft): string {
  const { lines, ...rest } = data;
  const place = `@${at.offset} (recorded ${clock(at.recordedAt)}${at.appendedAt === at.recordedAt ? '' : `, appended ${clock(at.appendedAt)}`})`;
  const details = Object.entries(rest).map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  const told = Array.isArray(lines) ? lines.map(describeLine) : [];
  return `${place} ${name} ${id} of ${source}${sequence === 0 ? '' : ` #${sequence}`} at ${clock(occurredAt)}: ${details.join(', ')}${told.length > 0 ? `; ${told.join(' + ')}` : ''}`;
}

function describeLine(line: unknown): string {
  if (typeof line !== 'object' || line === null) return `line ${String(line)}`;
  return Object.entries(line)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(' ');
}

const clock = (instant: number): string =>
  new Date(instant)
    .toISOString()
    .slice(8, 23)
    .replace('T', ' ')
    .replace(/\.000$/, '');
