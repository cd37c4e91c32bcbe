import type { Alert, AlertComment, AtRisk } from '@quayside/contracts';
import { countAlerts, countOpenAlerts, type AlertFilter, type Database } from '@quayside/store';
import { actorOf } from '../../actor.js';
import type { GatewayContext } from '../../context.js';
import type { Dated, Freshness, FreshnessGauge } from '../../health/freshness.js';
import { encodeNodeId } from '../../nodeId.js';
import type { AlertConnection } from '../../reads/alertPages.js';
import { TOTAL_COUNT_MAX } from '../../reads/page.js';

const actorOrNull = (text: string | null) => (text === null ? null : actorOf(text));

/** Fields of alerts. */
export function alertFields({ pool, freshness }: { readonly pool: Database['pool']; readonly freshness: FreshnessGauge }) {
  return {
    Alert: {
      id: ({ id }: Alert) => encodeNodeId({ kind: 'alert', id }),
      subject: subjectOf,
      atRisk: ({ atRisk, location }: Alert) => atRisk.map((risk) => ({ ...risk, location })),
      acknowledgedBy: ({ acknowledgedBy }: Alert) => actorOrNull(acknowledgedBy),
      resolvedBy: ({ resolvedBy }: Alert) => actorOrNull(resolvedBy),
    },
    AlertComment: {
      by: ({ by }: AlertComment) => actorOf(by),
    },
    AlertAtRisk: {
      orderNumber: ({ order }: AtRisk) => order,
      order: ({ order, location }: AtRisk & Pick<Alert, 'location'>, _none: unknown, { orders }: GatewayContext) =>
        order === null || location === null ? null : orders.load({ location, number: order }),
    },
    AlertConnection: {
      totalCount: ({ filter }: AlertConnection) => countAlerts(pool, filter, TOTAL_COUNT_MAX),
      counts: ({ filter }: AlertConnection) => countOpenAlerts(pool, filter),
    },
    AlertBatch: {
      freshness: ({ alerts }: { alerts: readonly Alert[] }, _none: unknown, { visible }: GatewayContext): Freshness =>
        freshness.ofAnswer(alerts.flatMap(datedAlert), visible),
      counts: ({ filter }: { filter: AlertFilter }) => countOpenAlerts(pool, filter),
    },
  };
}

/** The order or the level that an alert is about; null where there is none. Both stand at the alert's location, which is seen. */
async function subjectOf({ location, sku, order: number }: Alert, _none: unknown, { levels, orders }: GatewayContext): Promise<object | null> {
  if (location === null) return null;
  if (number !== null) {
    const order = await orders.load({ location, number });
    return order === null ? null : { __typename: 'Order', ...order };
  }
  const level = sku === null ? null : await levels.load({ location, sku });
  return level === null ? null : { __typename: 'StockLevel', ...level };
}

const datedAlert = ({ location, lastSeenAt }: Alert): Dated[] => (location === null ? [] : [{ location, lastEventAt: null, processedAt: lastSeenAt }]);
