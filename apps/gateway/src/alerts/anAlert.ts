import type { Alert } from '@quayside/contracts';

/** For tests: a whole alert, of which a test states what matters to it. */
export function anAlert(given: Partial<Alert> = {}): Alert {
  return {
    id: 'LOW_STOCK|DC-1|A|3.17',
    fingerprint: 'LOW_STOCK|DC-1|A',
    kind: 'LOW_STOCK',
    severity: 'WARNING',
    status: 'OPEN',
    title: 'A low at DC-1',
    explanation: 'A low at DC-1: 3 left, reorder at 5.',
    evidence: { observed: 3, threshold: 5 },
    location: 'DC-1',
    sku: 'A',
    order: null,
    atRisk: [],
    openedAt: 0,
    lastSeenAt: 0,
    occurrences: 1,
    detectionMs: 0,
    acknowledgedAt: null,
    acknowledgedBy: null,
    snoozedUntil: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    comments: [],
    causedBy: [],
    version: 1,
    ...given,
  };
}
