import { FRESHNESS_FIELDS } from '../live/freshness.js';
import { Fields } from '../wire/Fields.js';
import { ALERT_FIELDS, readAlertBatch, type Alert, type AlertBatch, type Severity } from './alert.js';

/** What of the inbox is looked at: one status each, in words. */
export const TABS = [
  { status: 'OPEN', label: 'Open' },
  { status: 'ACKNOWLEDGED', label: 'Acknowledged' },
  { status: 'SNOOZED', label: 'Snoozed' },
  { status: 'INHIBITED', label: 'Explained' },
  { status: 'RESOLVED', label: 'Resolved' },
] as const;
export type TabStatus = (typeof TABS)[number]['status'];

export const INBOX_DOCUMENT = `subscription AlertInbox($filter: AlertFilter, $after: Cursor) {
  alertChanges(filter: $filter, after: $after, options: { heartbeatMs: 5000 }) {
    kind cursor complete removedIds ${FRESHNESS_FIELDS} counts { open acknowledged snoozed critical warning } alerts { ${ALERT_FIELDS} }
  }
}`;

export interface InboxCounts {
  readonly open: number;
  readonly acknowledged: number;
  readonly snoozed: number;
}

/** Reads a message of INBOX_DOCUMENT, which has all that one of ALERTS_DOCUMENT has; throws WireFault. */
export function readInboxBatch(data: unknown): AlertBatch & { readonly byStatus: InboxCounts } {
  const counts = Fields.of(data, 'data').child('alertChanges').child('counts');
  return {
    ...readAlertBatch(data),
    byStatus: { open: counts.whole('open'), acknowledged: counts.whole('acknowledged'), snoozed: counts.whole('snoozed') },
  };
}

const RANK: Readonly<Record<Severity, number>> = { CRITICAL: 0, WARNING: 1, INFO: 2 };

/** The worst first, then the newest. */
export function compareAlerts(a: Alert, b: Alert): number {
  return RANK[a.severity] - RANK[b.severity] || b.openedAtMs - a.openedAtMs || (a.id < b.id ? -1 : 1);
}

/** The ids from one row to another, both included, whichever stands first; just the second where the first is not there. */
export function rangeOf(ids: readonly string[], from: string | null, to: string): string[] {
  const [a, b] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(to)];
  return a < 0 || b < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
