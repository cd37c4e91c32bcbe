import type { ProblemCode } from './problems.js';

/** Longest text, bytes of UTF-8 (api.md, "Limits"). */
export const TEXT_BYTES_MAX = 8 * 1024;

// oxlint-disable-next-line no-control-regex -- finding them is its purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * What is wrong with a text wherever it comes from, null for nothing: too long, control characters (U+0000 breaks Postgres, a tab
 * our keys), half a surrogate pair (becomes U+FFFD in silence, so two ids could collide).
 */
export function textFault(text: string): { readonly code: ProblemCode; readonly detail: string } | null {
  if (isTooLong(text)) return { code: 'too-long', detail: `a text is over ${TEXT_BYTES_MAX} bytes long` };
  if (CONTROL.test(text)) return { code: 'control-character', detail: 'a text holds a control character' };
  return LONE_SURROGATE.test(text) ? { code: 'not-well-formed', detail: 'a text holds half of a surrogate pair' } : null;
}

/** UTF-16 units bound the bytes from both sides, so that nearly no text has to be measured. */
function isTooLong(text: string): boolean {
  if (text.length * 3 <= TEXT_BYTES_MAX) return false;
  return text.length > TEXT_BYTES_MAX || new TextEncoder().encode(text).length > TEXT_BYTES_MAX;
}
