import type { OrderStage, OrderSummary } from '@quayside/contracts';

/** Lines are the truth, the header is derived from their sums (domain.md, "Order and shipment lifecycles"). */
export function orderStage({ placedAt, isHeld, reserved, backordered, open, shipped, returned }: Omit<OrderSummary, 'stage'>): OrderStage {
  if (placedAt === null) return 'PLACED';
  const rest = reserved + backordered + open;
  if (returned > 0) return returned >= shipped && rest === 0 ? 'RETURNED' : 'PARTIALLY_RETURNED';
  // Nothing of it will ever be shipped: cancelled, or refused.
  if (rest === 0) return shipped > 0 ? 'SHIPPED' : 'CANCELLED';
  if (isHeld) return 'HELD';
  if (shipped > 0) return 'PARTIALLY_SHIPPED';
  if (reserved > 0) return reserved === rest ? 'RESERVED' : 'PARTIALLY_RESERVED';
  return backordered > 0 ? 'BACKORDERED' : 'PLACED';
}
