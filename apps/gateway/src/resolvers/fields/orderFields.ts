import { isSettled, openQuantity, type OrderLine } from '@quayside/contracts';
import { countOrders, type Database, type StageChange, type StageSummary, type StoredOrder } from '@quayside/store';
import type { GatewayContext } from '../../context.js';
import { showDuration } from '../../duration.js';
import type { Freshness, FreshnessGauge } from '../../health/freshness.js';
import { encodeNodeId } from '../../nodeId.js';
import type { OrderConnection } from '../../reads/orderPages.js';
import { TOTAL_COUNT_MAX } from '../../reads/page.js';
import { PLACE } from './place.js';

/** A line and the order that it is of. */
type LineOfOrder = OrderLine & Pick<StoredOrder, 'location'> & { readonly orderNumber: string };

/** Fields of orders, their lines and their stages. */
export function orderFields({ pool, freshness }: { readonly pool: Database['pool']; readonly freshness: FreshnessGauge }) {
  return {
    Order: {
      location: PLACE.location,
      id: ({ location, number }: StoredOrder) => encodeNodeId({ kind: 'order', location, number }),
      lateBy: (order: StoredOrder, _none: unknown, { now }: GatewayContext) =>
        order.promisedShipBy === null || isSettled(order) ? null : showDuration(now - order.promisedShipBy),
      lines: async (order: StoredOrder, _none: unknown, { orderLines }: GatewayContext): Promise<LineOfOrder[]> =>
        (await orderLines.load(order)).map((line) => ({ ...line, location: order.location, orderNumber: order.number })),
      timeline: (order: StoredOrder, _none: unknown, { stages }: GatewayContext) => stages.load(order),
      alerts: (order: StoredOrder, _none: unknown, { orderAlerts }: GatewayContext) => orderAlerts.load(order),
    },
    OrderLine: {
      item: PLACE.item,
      id: ({ location, orderNumber, line }: LineOfOrder) => encodeNodeId({ kind: 'orderLine', location, number: orderNumber, line }),
      number: ({ line }: LineOfOrder) => line,
      reserved: ({ active }: LineOfOrder) => active,
      open: openQuantity,
    },
    OrderStageChange: {
      at: ({ occurredAt }: StageChange) => occurredAt,
      event: (change: StageChange, _none: unknown, { events }: GatewayContext) => events.load(change),
    },
    OrderBatch: {
      freshness: ({ orders }: { orders: readonly StoredOrder[] }, _none: unknown, { visible }: GatewayContext): Freshness =>
        freshness.ofAnswer(
          orders.map(({ location, updatedAt }) => ({ location, lastEventAt: null, processedAt: updatedAt })),
          visible,
        ),
    },
    OrderConnection: {
      totalCount: ({ filter }: OrderConnection) => countOrders(pool, filter, TOTAL_COUNT_MAX),
    },
    OrderStageSummary: {
      oldest: ({ oldest }: StageSummary, _none: unknown, { orders }: GatewayContext) => orders.load(oldest),
      medianAge: ({ medianPlacedAt }: StageSummary, _none: unknown, { now }: GatewayContext) => showDuration(now - medianPlacedAt),
    },
  };
}
