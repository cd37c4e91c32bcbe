import type { Instant } from './instant.js';
import type { Quantity } from './quantity.js';

export type AlertKind = 'LOW_STOCK' | 'NEGATIVE_ON_HAND';
export type AlertSeverity = 'INFO' | 'WARNING' | 'CRITICAL';
export type AlertStatus = 'OPEN' | 'INHIBITED' | 'RESOLVED';
export type AlertResolution = 'BY_ITSELF' | 'BY_HAND' | 'LATE_DATA';

/** One episode: from the change that opened it to the one that resolved it. Value of `supply.alerts`, newest version wins. */
export interface Alert {
  /** `<fingerprint>|<partition>.<offset of the change that opened it>`: a function of the log, so a replay makes the same one. */
  readonly id: string;
  /** `<kind>|<location>|<sku>`: at most one unresolved episode each. */
  readonly fingerprint: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly status: AlertStatus;
  readonly title: string;
  /** Why, in a sentence with the numbers in it. */
  readonly explanation: string;
  readonly evidence: { readonly observed: Quantity; readonly threshold: Quantity; readonly [figure: string]: Quantity };
  readonly location: string;
  readonly sku: string;
  readonly openedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly occurrences: number;
  /** From the causing event being safe in the log to the episode being decided, milliseconds. */
  readonly detectionMs: number;
  readonly resolvedAt: Instant | null;
  readonly resolution: AlertResolution | null;
  readonly causedBy: readonly { readonly source: string; readonly id: string }[];
  readonly version: number;
}
