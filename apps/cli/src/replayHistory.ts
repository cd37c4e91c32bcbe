import { join } from 'node:path';
import type { Instant } from '@quayside/contracts';
import {
  classOf,
  isSold,
  londonToUtc,
  openingEvent,
  orderEvent,
  receiptEvent,
  retailEvent,
  shopAt,
  skuOf,
  type OrderedLine,
  type RetailClass,
  type SentEvent,
  type Shop,
} from './replayEvents.js';
import { readGzippedCsv, readPlainCsv, readRetailRows, type RetailRow } from './replayRows.js';

/** Files of the public history below the shared folder. */
export const RETAIL_FILES = {
  rows: 'data/online-retail.csv.gz',
  opening: 'data/expected/restocked-stock.csv',
  receipts: 'data/expected/receipts.csv.gz',
} as const;

export interface RetailReplay {
  /** The shared folder (shared/data/README.md). */
  readonly shared: string;
  readonly rowsMax: number;
  readonly location: string;
  /** Goods sold are orders, placed and then shipped line by line; else shipments only. */
  readonly asOrders: boolean;
}

/** What of the history was told so far. received = events told + set aside, always. */
export interface ReplayTally {
  rows: number;
  /** Rows that move no goods: ledger lines and services. */
  setAside: number;
  shipped: number;
  returned: number;
  adjusted: number;
  opening: number;
  receipts: number;
  orders: number;
  orderLines: number;
  unitsOrdered: number;
}
export const nothingReplayed = (): ReplayTally => ({
  rows: 0,
  setAside: 0,
  shipped: 0,
  returned: 0,
  adjusted: 0,
  opening: 0,
  receipts: 0,
  orders: 0,
  orderLines: 0,
  unitsOrdered: 0,
});

/** An event with the time at which it happened: a replay at a speed tells it then. Null: before time begins, at once. */
export interface Told {
  readonly event: SentEvent;
  readonly happenedAt: Instant | null;
}

/** What has to be known of the history before its first row can be told. */
export interface RetailOutline {
  readonly rows: number;
  readonly pricedInvoices: ReadonlySet<string>;
  /** Lines by invoice, of the rows that are told. */
  readonly orders: ReadonlyMap<string, readonly OrderedLine[]>;
}

/** Reads the file once through: an order's rows stand apart, between those of others, and a line without a price says little by itself. */
export async function outlineOf({ shared, rowsMax, asOrders }: RetailReplay): Promise<RetailOutline> {
  const pricedInvoices = await findPricedInvoices(join(shared, RETAIL_FILES.rows));
  const orders = new Map<string, OrderedLine[]>();
  let rows = 0;
  for await (const row of readRetailRows(join(shared, RETAIL_FILES.rows), rowsMax)) {
    rows++;
    if (!asOrders || !isSold(classOf(row, pricedInvoices))) continue;
    const lines = orders.get(row.invoice) ?? [];
    lines.push({ line: lines.length + 1, sku: skuOf(row), quantity: row.quantity });
    orders.set(row.invoice, lines);
  }
  return { rows, pricedInvoices, orders };
}

/** Invoices with a line that has a price. */
export async function findPricedInvoices(path: string, rowsMax = Infinity): Promise<Set<string>> {
  const priced = new Set<string>();
  for await (const row of readRetailRows(path, rowsMax)) if (Number(row.unitPrice) > 0) priced.add(row.invoice);
  return priced;
}

/**
 * Events of the history in the order in which one poster has to tell them: opening stock, then the rows of the file, the
 * receipts of a day before its rows, an order before the first of its shipments. Receipts after the last row's day follow
 * where the whole file is told. What was told is counted in `tally`.
 */
export async function* retailHistory(replay: RetailReplay, outline: RetailOutline, tally: ReplayTally): AsyncGenerator<Told> {
  const shop = shopAt(replay.location);
  for await (const { sku, opening } of readPlainCsv<{ sku: string; opening: string }>(join(replay.shared, RETAIL_FILES.opening))) {
    if (Number(opening) === 0) continue;
    tally.opening++;
    yield { event: openingEvent({ sku, quantity: Number(opening) }, shop), happenedAt: null };
  }
  const receipts = new Receipts(await readReceipts(replay.shared), shop, tally);
  const lineOf = new LineCounter();
  for await (const row of readRetailRows(join(replay.shared, RETAIL_FILES.rows), replay.rowsMax)) {
    yield* receipts.until(row.time.slice(0, 10));
    const kind = classOf(row, outline.pricedInvoices);
    const happenedAt = Date.parse(londonToUtc(row.time));
    const line = replay.asOrders && isSold(kind) ? lineOf.next(row.invoice) : null;
    if (line === 1) yield { event: orderOf(row, { outline, shop, tally }), happenedAt };
    const event = retailEvent(row, kind, line === null ? { shop } : { shop, orderLine: line });
    tally.rows++;
    tally[COUNTED_AS[kind]]++;
    if (event !== null) yield { event, happenedAt };
  }
  if (tally.rows < replay.rowsMax) yield* receipts.until('9999');
}

const COUNTED_AS: Readonly<Record<RetailClass, 'setAside' | 'shipped' | 'returned' | 'adjusted'>> = {
  LEDGER: 'setAside',
  SERVICE: 'setAside',
  RETURN: 'returned',
  ADJUST_OUT: 'adjusted',
  ADJUST_IN: 'adjusted',
  FREE: 'shipped',
  SALE: 'shipped',
};

function orderOf(first: RetailRow, { outline, shop, tally }: { outline: RetailOutline; shop: Shop; tally: ReplayTally }): SentEvent {
  const lines = outline.orders.get(first.invoice);
  if (lines === undefined) throw new Error(`Order ${first.invoice} is sold in row ${first.number} and was not there when the file was first read`);
  tally.orders++;
  tally.orderLines += lines.length;
  tally.unitsOrdered += lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return orderEvent(first, lines, shop);
}

/** Numbers an invoice's goods as they come, from 1. */
class LineCounter {
  private readonly last = new Map<string, number>();

  next(invoice: string): number {
    const line = (this.last.get(invoice) ?? 0) + 1;
    this.last.set(invoice, line);
    return line;
  }
}

interface Receipt {
  readonly ts: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Deliveries in order of time. */
async function readReceipts(shared: string): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for await (const { ts, sku, quantity } of readGzippedCsv<{ ts: string; sku: string; quantity: string }>(join(shared, RETAIL_FILES.receipts)))
    receipts.push({ ts, sku, quantity: Number(quantity) });
  return receipts;
}

class Receipts {
  private next = 0;

  constructor(
    private readonly receipts: readonly Receipt[],
    private readonly shop: Shop,
    private readonly tally: ReplayTally,
  ) {}

  /** Those up to a day, and that day's, that were not told yet. */
  *until(day: string): Generator<Told> {
    for (let receipt = this.receipts[this.next]; receipt !== undefined && receipt.ts.slice(0, 10) <= day; receipt = this.receipts[++this.next]) {
      this.tally.receipts++;
      yield { event: receiptEvent(receipt, this.shop), happenedAt: Date.parse(`${receipt.ts}Z`) };
    }
  }
}
