/** What one look found: fine, worth knowing, or wrong. Only what is wrong makes doctor exit with 1. */
export type CheckLine =
  | { readonly state: 'ok'; readonly part: string; readonly what: string }
  | { readonly state: 'note' | 'wrong'; readonly part: string; readonly what: string; readonly why: string; readonly fix: string };

export const ok = (part: string, what: string): CheckLine => ({ state: 'ok', part, what });
export const note = (part: string, told: { what: string; why: string; fix: string }): CheckLine => ({ state: 'note', part, ...told });
export const wrong = (part: string, told: { what: string; why: string; fix: string }): CheckLine => ({ state: 'wrong', part, ...told });
