import type { Instant } from '@quayside/contracts';

const FORM = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339 with a zone; digits beyond milliseconds are cut off. Null for other texts and for days that do not exist (`new Date` takes 30 February for 2 March). */
export function readInstant(text: string): Instant | null {
  const form = FORM.exec(text);
  if (form === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone = ''] = form;
  const milliseconds = fraction.slice(0, 4);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}${milliseconds}`;
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(`${year}-${month}-${day}T${hour}`)) return null;
  const instant = Date.parse(`${local}${zone.toUpperCase()}`);
  return Number.isNaN(instant) ? null : instant;
}
