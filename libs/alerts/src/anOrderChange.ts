import type { Cause, OrderChange, OrderSummary } from '@quayside/contracts';
import { EXAMPLE_TIME } from './aLevelChange.js';

/** 17:00 of the day of the example: when SO-1001 is promised to ship. */
export const PROMISED = Date.UTC(2026, 10, 22, 17, 0);

/** A whole change for tests: SO-1001 at DC-1, 9 pieces on 3 lines, all reserved, just placed, but for what the test states. */
export function anOrderChange({ cause, ...order }: Partial<OrderSummary> & { readonly cause?: Partial<Cause> } = {}): OrderChange {
  const updatedAt = order.updatedAt ?? EXAMPLE_TIME + 1_000;
  return {
    kind: 'order',
    order: {
      location: 'DC-1',
      number: 'SO-1001',
      source: '/shop',
      customer: null,
      shipTo: null,
      priority: 0,
      policy: 'BACKORDER',
      placedAt: EXAMPLE_TIME,
      promisedShipBy: PROMISED,
      promisedDeliverBy: null,
      isHeld: false,
      stage: 'RESERVED',
      lineCount: 3,
      ordered: 9,
      cancelled: 0,
      rejected: 0,
      backordered: 0,
      reserved: 9,
      shipped: 0,
      overshipped: 0,
      returned: 0,
      open: 0,
      version: 1,
      ...order,
      updatedAt,
    },
    cause: { source: '/shop', id: 'placed-1', name: 'order.placed', occurredAt: updatedAt, receivedAt: updatedAt, ...cause },
  };
}
