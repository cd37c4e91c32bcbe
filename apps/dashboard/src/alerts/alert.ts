import { BATCH_KINDS, type Batch } from '../live/LiveCollection.js';
import { FRESHNESS_FIELDS } from '../live/freshness.js';
import { Fields } from '../wire/Fields.js';

const SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
const STATUSES = ['OPEN', 'ACKNOWLEDGED', 'SNOOZED', 'INHIBITED', 'RESOLVED'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One episode. `kind` is open: a rule that this page does not know yet is still shown, by its own title. */
export interface Alert {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly severity: Severity;
  readonly status: (typeof STATUSES)[number];
  readonly title: string;
  readonly explanation: string;
  readonly openedAtMs: number;
  readonly occurrences: number;
  readonly resolution: string | null;
  /** The level that the alert is about, by the grid's row id; null for one about something else, such as an order. */
  readonly levelId: string | null;
}

/** The gateway's own count of all open alerts. */
export interface AlertCounts {
  readonly open: number;
  readonly critical: number;
  readonly warning: number;
}

export interface AlertBatch extends Batch<Alert> {
  readonly counts: AlertCounts;
}

/** What every document about alerts selects of one. */
export const ALERT_FIELDS = 'id version kind severity status title explanation openedAt occurrences resolution subject { __typename ... on StockLevel { id } }';

export const ALERTS_DOCUMENT = `subscription Alerts($after: Cursor) {
  alertChanges(filter: { statuses: [OPEN] }, after: $after, options: { heartbeatMs: 5000 }) {
    kind cursor complete removedIds ${FRESHNESS_FIELDS} counts { open critical warning } alerts { ${ALERT_FIELDS} }
  }
}`;

/** What became of alerts that left the stream: it says only that they are not open any more. */
export const ENDED_ALERTS_DOCUMENT = `query EndedAlerts($ids: [ID!]!) { nodes(ids: $ids) { ... on Alert { ${ALERT_FIELDS} } } }`;

/** Reads a message of ALERTS_DOCUMENT; throws WireFault. */
export function readAlertBatch(data: unknown): AlertBatch {
  const batch = Fields.of(data, 'data').child('alertChanges');
  const counts = batch.child('counts');
  return {
    kind: batch.oneOf('kind', BATCH_KINDS),
    cursor: batch.text('cursor'),
    complete: batch.flag('complete'),
    objects: batch.list('alerts', readAlert),
    removedIds: batch.texts('removedIds'),
    counts: { open: counts.whole('open'), critical: counts.whole('critical'), warning: counts.whole('warning') },
  };
}

/** Reads the answer to ENDED_ALERTS_DOCUMENT, leaving out those that are gone; throws WireFault. */
export function readEndedAlerts(data: Fields): Alert[] {
  return data.list('nodes', (value, path) => (value === null ? null : readAlert(value, path))).filter((alert) => alert !== null);
}

/** Throws WireFault. */
export function readAlert(value: unknown, path: string): Alert {
  const alert = Fields.of(value, path);
  return {
    id: alert.text('id'),
    version: alert.whole('version'),
    kind: alert.text('kind'),
    severity: alert.oneOf('severity', SEVERITIES),
    status: alert.oneOf('status', STATUSES),
    title: alert.text('title'),
    explanation: alert.text('explanation'),
    openedAtMs: alert.instantMs('openedAt'),
    occurrences: alert.whole('occurrences'),
    resolution: alert.textOrNull('resolution'),
    levelId: levelIdOf(alert.childOrNull('subject')),
  };
}

const levelIdOf = (subject: Fields | null): string | null => (subject?.text('__typename') === 'StockLevel' ? subject.text('id') : null);
