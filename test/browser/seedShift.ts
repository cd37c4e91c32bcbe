import { partitionOf } from '@quayside/contracts';
import type { GatewayDesk } from '../gateway/gatewayDesk.js';
import { LogWriter } from '../harness/logWriter.js';
import { until } from '../harness/until.js';

const MINUTE_MS = 60_000;
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

/** A shift with something on each page: stock at three sites, orders of which one is late, alerts, and an event set aside. */
export async function seedShift(desk: GatewayDesk): Promise<void> {
  await postStock(desk);
  await postOrders(desk);
  await desk.give('setStockPolicy', { input: { item: { sku: 'B-1' }, location: { code: 'DC-1' }, reorderPoint: 60 }, shown: 'level { id }' });
  const log = await LogWriter.open(desk.ground);
  await log.append(partitionOf('DC-1'), [log.encode('stock.received', { id: 'spoilt-1' }, { location: 'DC-1', lines: [{ sku: 'B-1', quantity: 'five' }] })]);
  await log.close();
  await until('alerts and the event set aside are there', 40_000, async () => {
    const { alerts, events } = await desk.ask<{ alerts: { nodes: { kind: string }[] }; events: { nodes: object[] } }>(
      '{ alerts { nodes { kind } } events(filter: { statuses: [QUARANTINED] }) { nodes { id } } }',
    );
    const kinds = alerts.nodes.map(({ kind }) => kind);
    return kinds.includes('LOW_STOCK') && kinds.includes('ORDER_LATE') && events.nodes.length === 1;
  });
}

async function postStock(desk: GatewayDesk): Promise<void> {
  const sites = ['DC-1', 'DC-2', 'SHOP-1'];
  const received = sites.map((location, site) => ({
    id: `r-${location}`,
    type: 'stock.received',
    time: minutesAgo(50 - site * 10),
    data: { location, lines: Array.from({ length: 30 }, (_, n) => ({ sku: `B-${n + 1}`, quantity: 40 + ((n * 37 + site * 11) % 160) })) },
  }));
  await desk.post(...received);
  const shipped = sites.flatMap((location, site) =>
    Array.from({ length: 6 }, (_, n) => ({
      id: `s-${location}-${n}`,
      type: 'stock.shipped',
      time: minutesAgo(24 - site - n),
      data: { location, lines: [{ sku: `B-${n * 3 + 1}`, quantity: 3 + ((n * 5 + site) % 9) }] },
    })),
  );
  await desk.post(...shipped);
}

async function postOrders(desk: GatewayDesk): Promise<void> {
  const orders = Array.from({ length: 12 }, (_, n) => ({
    id: `o-${n}`,
    type: 'order.placed',
    time: minutesAgo(22 - n),
    data: {
      location: n % 3 === 2 ? 'DC-2' : 'DC-1',
      order: `SO-${100 + n}`,
      customer: ['ACME', 'Nordlicht', 'Bergmann'][n % 3],
      promisedShipBy: n === 0 ? minutesAgo(4) : new Date(Date.now() + n * 40 * MINUTE_MS).toISOString(),
      lines: [
        { line: 1, sku: `B-${n + 2}`, quantity: n === 4 ? 900 : 2 + n },
        { line: 2, sku: `B-${n + 5}`, quantity: 1 },
      ],
    },
  }));
  await desk.post(...orders);
  await desk.post({
    id: 'o-ship',
    type: 'stock.shipped',
    time: minutesAgo(3),
    data: {
      location: 'DC-1',
      order: 'SO-101',
      lines: [
        { sku: 'B-3', quantity: 3 },
        { sku: 'B-6', quantity: 1 },
      ],
    },
  });
}
