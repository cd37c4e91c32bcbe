import { BATCH_KINDS, type Batch } from '../live/LiveCollection.js';
import { FRESHNESS_FIELDS } from '../live/freshness.js';
import { Fields } from '../wire/Fields.js';

const PUNCTUALITIES = ['ON_TIME', 'AT_RISK', 'LATE', 'UNKNOWN'] as const;
export type Punctuality = (typeof PUNCTUALITIES)[number];

/** One order, as its card shows it. `stage` is open: one that this page does not know yet is still shown. */
export interface Order {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly source: string;
  readonly stage: string;
  readonly priority: number;
  readonly customer: string | null;
  readonly location: string;
  readonly placedAtMs: number;
  readonly promisedShipByMs: number | null;
  readonly punctuality: Punctuality;
}

const ORDER_FIELDS = 'id version number source stage priority customer location { code } placedAt promisedShipBy punctuality';

/** Orders by what the gateway can filter; 200 ms of changes come as one. */
export const ORDERS_DOCUMENT = `subscription Orders($filter: OrderFilter, $after: Cursor) {
  orderChanges(filter: $filter, after: $after, options: { coalesceMs: 200, heartbeatMs: 5000 }) {
    kind cursor complete removedIds ${FRESHNESS_FIELDS} orders { ${ORDER_FIELDS} }
  }
}`;

/** Reads a message of ORDERS_DOCUMENT; throws WireFault. */
export function readOrderBatch(data: unknown): Batch<Order> {
  const batch = Fields.of(data, 'data').child('orderChanges');
  return {
    kind: batch.oneOf('kind', BATCH_KINDS),
    cursor: batch.text('cursor'),
    complete: batch.flag('complete'),
    objects: batch.list('orders', (value, path) => readOrder(Fields.of(value, path))),
    removedIds: batch.texts('removedIds'),
  };
}

function readOrder(order: Fields): Order {
  return {
    id: order.text('id'),
    version: order.whole('version'),
    number: order.text('number'),
    source: order.text('source'),
    stage: order.text('stage'),
    priority: order.whole('priority'),
    customer: order.textOrNull('customer'),
    location: order.child('location').text('code'),
    placedAtMs: order.instantMs('placedAt'),
    promisedShipByMs: order.instantMsOrNull('promisedShipBy'),
    punctuality: order.oneOf('punctuality', PUNCTUALITIES),
  };
}

/** One line. Quantities in whole base units. */
export interface OrderLine {
  readonly id: string;
  readonly number: number;
  readonly sku: string;
  readonly ordered: number;
  readonly reserved: number;
  readonly backordered: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly rejected: number;
  readonly open: number;
}
export interface OrderDetail extends Order {
  readonly shipTo: string | null;
  readonly promisedDeliverByMs: number | null;
  readonly lines: readonly OrderLine[];
  readonly timeline: readonly { readonly stage: string; readonly atMs: number; readonly event: string | null }[];
  readonly alerts: readonly { readonly id: string; readonly title: string; readonly status: string }[];
}

export const ORDER_DETAIL_DOCUMENT = `query OrderDetail($number: String!, $source: String!) {
  order(ref: { number: { number: $number, source: $source } }) {
    ${ORDER_FIELDS} shipTo promisedDeliverBy
    lines { id number item { sku } ordered reserved backordered shipped cancelled returned rejected open }
    timeline { stage at event { eventId } }
    alerts { id title status }
  }
}`;

/** Reads the answer to ORDER_DETAIL_DOCUMENT; null where there is none, or none that may be seen. Throws WireFault. */
export function readOrderDetail(data: Fields): OrderDetail | null {
  const order = data.childOrNull('order');
  if (order === null) return null;
  return {
    ...readOrder(order),
    shipTo: order.textOrNull('shipTo'),
    promisedDeliverByMs: order.instantMsOrNull('promisedDeliverBy'),
    lines: order.list('lines', (value, path) => readLine(Fields.of(value, path))),
    timeline: order.list('timeline', (value, path) => {
      const step = Fields.of(value, path);
      return { stage: step.text('stage'), atMs: step.instantMs('at'), event: step.childOrNull('event')?.text('eventId') ?? null };
    }),
    alerts: order.list('alerts', (value, path) => {
      const alert = Fields.of(value, path);
      return { id: alert.text('id'), title: alert.text('title'), status: alert.text('status') };
    }),
  };
}

function readLine(line: Fields): OrderLine {
  return {
    id: line.text('id'),
    number: line.whole('number'),
    sku: line.child('item').text('sku'),
    ordered: line.whole('ordered'),
    reserved: line.whole('reserved'),
    backordered: line.whole('backordered'),
    shipped: line.whole('shipped'),
    cancelled: line.whole('cancelled'),
    returned: line.whole('returned'),
    rejected: line.whole('rejected'),
    open: line.whole('open'),
  };
}

export const CANCEL_ORDER_DOCUMENT = `mutation CancelOrder($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { stage } userErrors { message } }
}`;

/** What became of a cancellation, in words; null where it was done. */
export function readCancelFault(data: Fields): string | null {
  const payload = data.child('cancelOrder');
  const messages = payload.list('userErrors', (error, path) => Fields.of(error, path).text('message'));
  if (messages.length > 0) return messages.join(' ');
  return payload.childOrNull('order') === null ? 'It is in the log, and shows here when it has been applied.' : null;
}
