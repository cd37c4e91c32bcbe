import type { Order, OrderLine, OrderStage } from '@quayside/contracts';
import { outstanding } from './orderLines.js';

/** Lines are the truth, the header is derived from them (domain.md, "Order and shipment lifecycles"). */
export function orderStage({ placedAt, isHeld, lines }: Pick<Order, 'placedAt' | 'isHeld' | 'lines'>): OrderStage {
  if (placedAt === null) return 'PLACED';
  const sum = (pick: (line: OrderLine) => number): number => lines.reduce((total, line) => total + pick(line), 0);
  const shipped = sum((line) => line.shipped);
  const returned = sum((line) => line.returned);
  const rest = sum(outstanding);
  if (returned > 0) return returned >= shipped && rest === 0 ? 'RETURNED' : 'PARTIALLY_RETURNED';
  // Nothing of it will ever be shipped: cancelled, or refused.
  if (rest === 0) return shipped > 0 ? 'SHIPPED' : 'CANCELLED';
  if (isHeld) return 'HELD';
  if (shipped > 0) return 'PARTIALLY_SHIPPED';
  const active = sum((line) => line.active);
  if (active > 0) return active === rest ? 'RESERVED' : 'PARTIALLY_RESERVED';
  return sum((line) => line.backordered) > 0 ? 'BACKORDERED' : 'PLACED';
}
