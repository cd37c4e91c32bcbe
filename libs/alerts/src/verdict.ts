import type { Alert, AlertResolution, AlertSeverity, AtRisk } from '@quayside/contracts';

/** What a rule says of its subject, in words and in figures. `title` is the first sentence of `explanation`, without its full stop. */
export interface Finding {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly explanation: string;
  readonly evidence: Alert['evidence'];
  /** Absent: the rule names none, or they were not read this time; an open episode keeps those that it has. */
  readonly atRisk?: readonly AtRisk[];
}

/**
 * Answer of a rule. `hold` is the band between opening and clearing: nothing opens or closes there, an open episode only
 * tells the new numbers. `clear` carries the sentence that an open episode ends with, and LATE_DATA where a late report
 * shows that there was nothing to report.
 */
export type Verdict =
  | ({ readonly kind: 'firing' } & Finding)
  | ({ readonly kind: 'hold' } & Finding)
  | { readonly kind: 'clear'; readonly closing: string; readonly resolution?: Exclude<AlertResolution, 'BY_HAND'> };
