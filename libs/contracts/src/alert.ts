import type { EventIdentity } from './event.js';
import type { Instant } from './instant.js';
import type { Quantity } from './quantity.js';

export const ALERT_KINDS = ['LOW_STOCK', 'STOCK_OUT', 'OVERSOLD', 'NEGATIVE_ON_HAND', 'ORDER_LATE', 'QUARANTINE_BACKLOG'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export type AlertSeverity = 'INFO' | 'WARNING' | 'CRITICAL';
export const ALERT_STATUSES = ['OPEN', 'ACKNOWLEDGED', 'SNOOZED', 'INHIBITED', 'RESOLVED'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];
export type AlertResolution = 'BY_ITSELF' | 'BY_HAND' | 'LATE_DATA';

/** One episode: from the change or the time that opened it to what resolved it. Value of `supply.alerts`, newest version wins. */
export interface Alert {
  /** `<fingerprint>|<partition>.<offset of the change that opened it, or set its timer>`: a function of the log, so a replay makes the same one. */
  readonly id: string;
  /** `<kind>|<subject>`: at most one unresolved episode each. */
  readonly fingerprint: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly status: AlertStatus;
  readonly title: string;
  /** Why, in a sentence with the numbers in it. */
  readonly explanation: string;
  readonly evidence: { readonly observed: Quantity; readonly threshold: Quantity; readonly [figure: string]: Quantity };
  /** Of what it is about; null where it has none (a partition's quarantine). */
  readonly location: string | null;
  readonly sku: string | null;
  /** Number of the order that it is about. */
  readonly order: string | null;
  /** Of OVERSOLD: orders and reservations that hold what is not there, first promised first, at most AT_RISK_MAX of them. */
  readonly atRisk: readonly AtRisk[];
  readonly openedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly occurrences: number;
  /** From the causing event being safe in the log to the episode being decided, milliseconds. */
  readonly detectionMs: number;
  readonly acknowledgedAt: Instant | null;
  readonly acknowledgedBy: string | null;
  readonly snoozedUntil: Instant | null;
  readonly resolvedAt: Instant | null;
  readonly resolvedBy: string | null;
  readonly resolution: AlertResolution | null;
  readonly comments: readonly AlertComment[];
  readonly causedBy: readonly EventIdentity[];
  readonly version: number;
}

/** A promise that may not be kept. */
export interface AtRisk {
  /** Number of the order; null for a reservation without one. */
  readonly order: string | null;
  readonly reservation: string | null;
  readonly line: number;
  readonly quantity: Quantity;
  readonly promisedShipBy: Instant | null;
}
export const AT_RISK_MAX = 20;

export interface AlertComment {
  /** Of the command that made it. */
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
  readonly text: string;
}

/** Partition whose owner writes an episode: the tail of its id tells. Null for a text that is no id of an episode. */
export function partitionOfAlert(alertId: string): number | null {
  const tail = /\|(\d{1,4})\.\d{1,16}$/.exec(alertId)?.[1];
  return tail === undefined ? null : Number(tail);
}

interface AlertCommandHead {
  readonly v: 1;
  /** Unique; a comment is known by it. */
  readonly id: string;
  readonly alertId: string;
  /** Who, as `user:<sub>`. */
  readonly by: string;
  /** When it was given, by the gateway's clock; for information, its append time counts. */
  readonly at: Instant;
}
/** What a person wants of an episode. Value of `supply.commands`, in the partition of the episode; `comment` may go along. */
export type AlertCommand = AlertCommandHead &
  (
    | { readonly kind: 'acknowledge'; readonly comment?: string }
    | { readonly kind: 'snooze'; readonly until: Instant; readonly comment?: string }
    | { readonly kind: 'resolve'; readonly comment: string }
    | { readonly kind: 'comment'; readonly comment: string }
  );
