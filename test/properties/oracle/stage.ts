import type { OrderStage, Quantity } from '@quayside/contracts';
import { openOf, type OrderDemandLine } from './demand.js';
import type { OrderState } from './orderState.js';

/** Stages that the numbers of an order's lines allow. Where the documents leave a choice, each is allowed; empty: nothing is said. */
export function stagesOf(order: OrderState): ReadonlySet<OrderStage> {
  const sum = (pick: (line: OrderDemandLine) => Quantity): Quantity => order.lines.reduce((total, line) => total + pick(line), 0);
  const [reserved, waiting, open] = [sum((line) => line.active), sum((line) => line.backordered), sum(openOf)];
  const [shipped, returned, cancelled, rejected] = [
    sum((line) => line.shipped),
    sum((line) => line.returned),
    sum((line) => line.cancelled),
    sum((line) => line.rejected),
  ];
  const isSettled = reserved + waiting + open === 0;
  if (returned > 0) return stagesOfReturned({ isSettled, isAllBack: returned >= shipped });
  if (isSettled && shipped > 0) return new Set(['SHIPPED']);
  if (isSettled) return cancelled > 0 && rejected === 0 ? new Set(['CANCELLED']) : new Set();
  if (shipped > 0) return order.isHeld ? new Set(['HELD', 'PARTIALLY_SHIPPED']) : new Set(['PARTIALLY_SHIPPED']);
  if (order.isHeld) return new Set(['HELD']);
  if (reserved > 0 && waiting + open === 0) return rejected > 0 ? new Set(['RESERVED', 'PARTIALLY_RESERVED']) : new Set(['RESERVED']);
  if (reserved > 0) return new Set(['PARTIALLY_RESERVED']);
  return waiting > 0 ? new Set(['BACKORDERED']) : new Set(['PLACED']);
}

function stagesOfReturned({ isSettled, isAllBack }: { readonly isSettled: boolean; readonly isAllBack: boolean }): ReadonlySet<OrderStage> {
  if (!isSettled) return new Set();
  return new Set([isAllBack ? 'RETURNED' : 'PARTIALLY_RETURNED']);
}

export const isOrderStage = (stages: ReadonlySet<OrderStage>, stage: OrderStage): boolean => stages.size === 0 || stages.has(stage);
