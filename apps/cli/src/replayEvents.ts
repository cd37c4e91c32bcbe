import { createHash } from 'node:crypto';
import { assertNever } from '@quayside/contracts';
import type { RetailRow } from './replayRows.js';

/** What a row is (shared/data/README.md, "From rows to events"). LEDGER and SERVICE move no goods. */
export type RetailClass = 'LEDGER' | 'SERVICE' | 'RETURN' | 'ADJUST_OUT' | 'ADJUST_IN' | 'FREE' | 'SALE';

/** A CloudEvent as a warehouse system would send it. */
export type SentEvent = Readonly<Record<string, unknown>>;

/** Where the history is replayed: its location, and the source that tells of it. */
export interface Shop {
  readonly location: string;
  readonly source: string;
}
export const RETAIL_LOCATION = 'UK-1';
/** Another location is another shop: the same identity at two locations would be a conflict. */
export const shopAt = (location: string): Shop => ({
  location,
  source: location === RETAIL_LOCATION ? '/retail/uk' : `/retail/uk/${encodeURIComponent(location)}`,
});

export const skuOf = (row: RetailRow): string => row.stockCode.trim().toUpperCase();
const isStockItem = (sku: string): boolean => /^[0-9]{5}[A-Z]{0,3}$/.test(sku) || sku.startsWith('DCGS') || sku === 'PADS' || sku === 'SP1002';

/** First class that fits; `pricedInvoices` are those with a line that has a price. */
export function classOf(row: RetailRow, pricedInvoices: ReadonlySet<string>): RetailClass {
  if (row.invoice.startsWith('A')) return 'LEDGER';
  if (!isStockItem(skuOf(row))) return 'SERVICE';
  if (row.quantity < 0) return row.invoice.startsWith('C') ? 'RETURN' : 'ADJUST_OUT';
  const isFree = Number(row.unitPrice) === 0;
  if (isFree && row.customer === '' && !pricedInvoices.has(row.invoice)) return 'ADJUST_IN';
  return isFree ? 'FREE' : 'SALE';
}

/** Goods that went out to a customer: a line of an order. */
export const isSold = (kind: RetailClass): boolean => kind === 'SALE' || kind === 'FREE';

/**
 * The event of a row, or null for what is set aside. Its id is the row's content, so that a second export of it is a
 * repeat. Goods sold name their order, and its line where one is given; a credit note names no order that was ever placed.
 */
export function retailEvent(row: RetailRow, kind: RetailClass, { shop, orderLine }: { readonly shop: Shop; readonly orderLine?: number }): SentEvent | null {
  const sku = skuOf(row);
  const content = createHash('sha256')
    .update(JSON.stringify([row.stockCode, row.description, row.quantity, row.time, row.unitPrice, row.customer, row.country]))
    .digest('base64url')
    .slice(0, 16);
  const head = { id: `${row.invoice}/${content}/${row.occ}`, source: shop.source, time: londonToUtc(row.time), sequence: row.number };
  const { location } = shop;
  switch (kind) {
    case 'LEDGER':
    case 'SERVICE':
      return null;
    case 'RETURN': {
      const lines = [{ sku, quantity: -row.quantity }];
      return cloudEvent({ ...head, type: 'stock.returned', data: { location, condition: 'sellable', reason: `credit note ${row.invoice}`, lines } });
    }
    case 'ADJUST_OUT':
    case 'ADJUST_IN': {
      const reason = kind === 'ADJUST_OUT' ? 'missing' : 'found';
      return cloudEvent({ ...head, type: 'stock.adjusted', data: { location, reason, document: row.invoice, lines: [{ sku, delta: row.quantity }] } });
    }
    case 'FREE':
    case 'SALE': {
      const line = { ...(orderLine === undefined ? {} : { line: orderLine }), sku, quantity: row.quantity };
      return cloudEvent({ ...head, type: 'stock.shipped', data: { location, order: row.invoice, lines: [line] } });
    }
    default:
      return assertNever(kind);
  }
}

/** A line of an order, numbered by its place among the order's goods. */
export interface OrderedLine {
  readonly line: number;
  readonly sku: string;
  readonly quantity: number;
}

/** The order that a customer placed before the first of its rows was shipped; what is not there waits for it. */
export function orderEvent(first: RetailRow, lines: readonly OrderedLine[], shop: Shop): SentEvent {
  return cloudEvent({
    id: `order/${first.invoice}`,
    source: shop.source,
    time: londonToUtc(first.time),
    type: 'order.placed',
    data: {
      location: shop.location,
      order: first.invoice,
      ...(first.customer === '' ? {} : { customer: first.customer }),
      policy: 'BACKORDER',
      lines,
    },
  });
}

/** Stock before the first row. */
export function openingEvent({ sku, quantity }: { readonly sku: string; readonly quantity: number }, shop: Shop): SentEvent {
  return cloudEvent({
    id: `opening/${sku}`,
    source: shop.source,
    time: '2009-11-30T00:00:00Z',
    type: 'stock.adjusted',
    data: { location: shop.location, reason: 'openingBalance', lines: [{ sku, delta: quantity }] },
  });
}

/** A delivery of goods; `ts` is a time in UTC without its zone. */
export function receiptEvent({ ts, sku, quantity }: { readonly ts: string; readonly sku: string; readonly quantity: number }, shop: Shop): SentEvent {
  return cloudEvent({
    id: `receipt/${ts}/${sku}`,
    source: shop.source,
    time: `${ts}Z`,
    type: 'stock.received',
    data: { location: shop.location, lines: [{ sku, quantity }] },
  });
}

interface EventFacts {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sequence?: number;
}
const cloudEvent = ({ type, data, ...head }: EventFacts): SentEvent => ({ specversion: '1.0', ...head, type: `quayside.${type}.v1`, data });

/** British summer time ran from the last Sunday of March to the last of October, changing at 01:00 UTC. */
export function londonToUtc(local: string): string {
  const asUtc = Date.parse(`${local}Z`);
  const year = new Date(asUtc).getUTCFullYear();
  const lastSunday = (month: number): number => {
    const last = new Date(Date.UTC(year, month + 1, 0, 1));
    return last.getTime() - last.getUTCDay() * 86_400_000;
  };
  const isSummer = asUtc - 3_600_000 >= lastSunday(2) && asUtc - 3_600_000 < lastSunday(9);
  return new Date(isSummer ? asUtc - 3_600_000 : asUtc).toISOString();
}
