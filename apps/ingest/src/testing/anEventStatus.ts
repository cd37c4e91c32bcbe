import type { EventStatus } from '@quayside/store';

/** A whole status of an applied event; a test states what matters to it. */
export function anEventStatus(more: Partial<EventStatus> = {}): EventStatus {
  return {
    partition: 7,
    offset: 12,
    state: 'APPLIED',
    name: 'stock.shipped',
    location: 'DC-1',
    hash: 'hash',
    repeats: 0,
    occurredAt: Date.parse('2026-11-22T13:04:05Z'),
    receivedAt: Date.parse('2026-11-22T13:04:06Z'),
    recordedAt: Date.parse('2026-11-22T13:04:06Z'),
    appliedAt: Date.parse('2026-11-22T13:04:07Z'),
    movements: [
      {
        line: 0,
        location: 'DC-1',
        sku: '10002',
        lot: null,
        bucket: 'sellable',
        kind: 'SHIPPED',
        delta: -3,
        onHandAfter: 37,
        availableAfter: 37,
        occurredAt: Date.parse('2026-11-22T13:04:05Z'),
        late: false,
        of: { source: '/wms/dc-1', id: 'ship-981' },
        by: null,
      },
    ],
    revisions: [],
    voidedBy: null,
    voids: null,
    changes: [],
    hops: [],
    exceptions: [],
    quarantined: [],
    ...more,
  };
}
