import type { Alert, AlertSeverity } from '@quayside/contracts';

/** What a rule says of a level, in words and in figures. `title` is the first sentence of `explanation`, without its full stop. */
export interface Finding {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly explanation: string;
  readonly evidence: Alert['evidence'];
}

/**
 * Answer of a rule. `hold` is the band between opening and clearing: nothing opens or closes there, an open episode only
 * tells the new numbers. `clear` carries the sentence that an open episode ends with.
 */
export type Verdict = ({ readonly kind: 'firing' } & Finding) | ({ readonly kind: 'hold' } & Finding) | { readonly kind: 'clear'; readonly closing: string };
