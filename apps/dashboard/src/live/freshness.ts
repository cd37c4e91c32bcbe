import type { Fields } from '../wire/Fields.js';

const FRESHNESS_STATES = ['LIVE', 'LAGGING', 'STALE', 'REBUILDING'] as const;

/** How far an answer can be trusted to be of now; `lagMs` from the warehouse's own clock. */
export interface Freshness {
  readonly state: (typeof FRESHNESS_STATES)[number];
  readonly lagMs: number;
}

/** What a live document selects of `freshness`. */
export const FRESHNESS_FIELDS = 'freshness { state lagMs }';

export function readFreshness(fields: Fields): Freshness {
  return { state: fields.oneOf('state', FRESHNESS_STATES), lagMs: fields.whole('lagMs') };
}
