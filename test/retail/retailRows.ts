import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { SHARED } from '../harness/shared.js';

export interface RetailRow {
  /** Place in the file, from 1. */
  readonly number: number;
  readonly invoice: string;
  /** Ordinal among rows of the same content. */
  readonly occ: string;
  readonly stockCode: string;
  readonly description: string;
  readonly quantity: number;
  /** Local time in Europe/London, without a zone. */
  readonly time: string;
  readonly unitPrice: string;
  readonly customer: string;
  readonly country: string;
}

interface CsvRow {
  invoice: string;
  occ: string;
  stock_code: string;
  description: string;
  quantity: string;
  invoice_ts: string;
  unit_price: string;
  customer_id: string;
  country: string;
}

/** Rows of the public history as they stand in a file of `data/`, the first `rowsMax` of them. */
export async function* readRetailRows(file: string, rowsMax = Infinity): AsyncGenerator<RetailRow> {
  const lines = createReadStream(join(SHARED, 'data', file))
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  let number = 0;
  for await (const row of lines as AsyncIterable<CsvRow>) {
    if (++number > rowsMax) break;
    yield {
      number,
      invoice: row.invoice,
      occ: row.occ,
      stockCode: row.stock_code,
      description: row.description,
      quantity: Number(row.quantity),
      time: row.invoice_ts,
      unitPrice: row.unit_price,
      customer: row.customer_id,
      country: row.country,
    };
  }
}

/** What a row is by the contract of the answers, with the change of stock that it makes (`expected/rows.csv.gz`). */
export async function* readExpectedRows(rowsMax = Infinity): AsyncGenerator<{ kind: string; sku: string; delta: number }> {
  const lines = createReadStream(join(SHARED, 'data', 'expected', 'rows.csv.gz'))
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  let number = 0;
  for await (const row of lines as AsyncIterable<{ class: string; sku: string; delta: string }>) {
    if (++number > rowsMax) break;
    yield { kind: row.class, sku: row.sku, delta: Number(row.delta) };
  }
}
