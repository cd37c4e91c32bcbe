import { openQuantity, NOTHING_PROMISED, type Order, type OrderLine } from '@quayside/contracts';
import type { Claim } from './promises.js';

export const claimOf = (order: Pick<Order, 'location' | 'number'>, { sku, line }: Pick<OrderLine, 'sku' | 'line'>): Claim => ({
  location: order.location,
  sku,
  line,
  orderNumber: order.number,
  reference: null,
});

/** A line of which nothing is asked yet. */
export const newLine = (line: number, sku: string, ordered: number): OrderLine => ({
  ...NOTHING_PROMISED,
  line,
  sku,
  ordered,
  cancelled: 0,
  shipped: 0,
  overshipped: 0,
  returned: 0,
});

/** An order of which only facts are known so far, not what was ordered. */
export const announcedOrder = (location: string, number: string): Order => ({
  location,
  number,
  source: null,
  customer: null,
  shipTo: null,
  priority: 0,
  policy: 'BACKORDER',
  placedAt: null,
  place: null,
  promisedShipBy: null,
  promisedDeliverBy: null,
  isHeld: false,
  stage: 'PLACED',
  lines: [],
  early: { shipped: [], returned: [], cancelled: [], amended: [], promisedShipBy: null, promisedDeliverBy: null },
  joined: [],
  version: 0,
  updatedAt: 0,
});

/** The order with lines in the place of those of the same number; new ones go last. */
export function withLines(order: Order, changed: readonly OrderLine[]): Order {
  if (changed.length === 0) return order;
  const byLine = new Map(changed.map((line) => [line.line, line]));
  const kept = order.lines.map((line) => {
    const next = byLine.get(line.line);
    byLine.delete(line.line);
    return next ?? line;
  });
  return { ...order, lines: [...kept, ...byLine.values()].sort((a, b) => a.line - b.line) };
}

/** Still to be shipped: promised, waiting or open. */
export const outstanding = (line: OrderLine): number => line.active + line.backordered + openQuantity(line);

export const hasWaiting = ({ lines }: Pick<Order, 'lines'>): boolean => lines.some(({ backordered }) => backordered > 0);
