import { createHash } from 'node:crypto';
import { cloudEvent } from '../harness/sender.js';
import { readRetailRows, type RetailRow } from './retailRows.js';

export const RETAIL_LOCATION = 'UK-1';
export type RetailClass = 'LEDGER' | 'SERVICE' | 'RETURN' | 'ADJUST_OUT' | 'ADJUST_IN' | 'FREE' | 'SALE';

const skuOf = (row: RetailRow): string => row.stockCode.trim().toUpperCase();
const isStockItem = (sku: string): boolean => /^[0-9]{5}[A-Z]{0,3}$/.test(sku) || sku.startsWith('DCGS') || sku === 'PADS' || sku === 'SP1002';

/** First class that fits (shared/data/README.md, "From rows to events"). */
export function classOf(row: RetailRow, pricedInvoices: ReadonlySet<string>): RetailClass {
  if (row.invoice.startsWith('A')) return 'LEDGER';
  if (!isStockItem(skuOf(row))) return 'SERVICE';
  if (row.quantity < 0) return row.invoice.startsWith('C') ? 'RETURN' : 'ADJUST_OUT';
  const isFree = Number(row.unitPrice) === 0;
  if (isFree && row.customer === '' && !pricedInvoices.has(row.invoice)) return 'ADJUST_IN';
  return isFree ? 'FREE' : 'SALE';
}

/** Invoices with a line that has a price. */
export async function findPricedInvoices(file: string): Promise<Set<string>> {
  const priced = new Set<string>();
  for await (const row of readRetailRows(file)) if (Number(row.unitPrice) > 0) priced.add(row.invoice);
  return priced;
}

/** The event of a row, or null for what is set aside. Its id is the row's content, so that a second export of it is a repeat. */
export function retailEvent(row: RetailRow, kind: RetailClass): Record<string, unknown> | null {
  const sku = skuOf(row);
  const content = createHash('sha256')
    .update(JSON.stringify([row.stockCode, row.description, row.quantity, row.time, row.unitPrice, row.customer, row.country]))
    .digest('base64url')
    .slice(0, 16);
  const head = { id: `${row.invoice}/${content}/${row.occ}`, source: '/retail/uk', time: londonToUtc(row.time), sequence: row.number };
  const location = RETAIL_LOCATION;
  switch (kind) {
    case 'LEDGER':
    case 'SERVICE':
      return null;
    case 'RETURN':
      return cloudEvent({
        ...head,
        type: 'stock.returned',
        data: { location, order: row.invoice, condition: 'sellable', lines: [{ sku, quantity: -row.quantity }] },
      });
    case 'ADJUST_OUT':
      return cloudEvent({
        ...head,
        type: 'stock.adjusted',
        data: { location, reason: 'missing', document: row.invoice, lines: [{ sku, delta: row.quantity }] },
      });
    case 'ADJUST_IN':
      return cloudEvent({ ...head, type: 'stock.adjusted', data: { location, reason: 'found', document: row.invoice, lines: [{ sku, delta: row.quantity }] } });
    case 'FREE':
    case 'SALE':
      return cloudEvent({ ...head, type: 'stock.shipped', data: { location, order: row.invoice, lines: [{ sku, quantity: row.quantity }] } });
  }
}

/** British summer time ran from the last Sunday of March to the last of October, changing at 01:00 UTC. */
function londonToUtc(local: string): string {
  const asUtc = Date.parse(`${local}Z`);
  const year = new Date(asUtc).getUTCFullYear();
  const lastSunday = (month: number): number => {
    const last = new Date(Date.UTC(year, month + 1, 0, 1));
    return last.getTime() - last.getUTCDay() * 86_400_000;
  };
  const isSummer = asUtc - 3_600_000 >= lastSunday(2) && asUtc - 3_600_000 < lastSunday(9);
  return new Date(isSummer ? asUtc - 3_600_000 : asUtc).toISOString();
}
