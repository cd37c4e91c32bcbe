import { createReadStream } from 'node:fs';
import { PassThrough, pipeline, type Duplex, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** A row of the public history: UCI Online Retail II in the columns of `shared/data/README.md`. */
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

/** Rows as they stand in a gzipped CSV, the first `rowsMax` of them. Rejects when the file is not there. */
export async function* readRetailRows(path: string, rowsMax = Infinity): AsyncGenerator<RetailRow> {
  let number = 0;
  for await (const row of readGzippedCsv<CsvRow>(path)) {
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

/** Lines of a gzipped CSV by the names in its first. */
export const readGzippedCsv = <Row>(path: string): AsyncGenerator<Row> => readCsv<Row>(createReadStream(path), createGunzip());
/** Lines of a CSV by the names in its first. */
export const readPlainCsv = <Row>(path: string): AsyncGenerator<Row> => readCsv<Row>(createReadStream(path), new PassThrough());

/** Rejects with what is wrong with the file: a pipe alone passes no errors on, and a file that is missing would be one that never ends. */
async function* readCsv<Row>(file: Readable, unpack: Duplex): AsyncGenerator<Row> {
  const lines = parse({ columns: true });
  pipeline(file, unpack, lines, () => {});
  for await (const row of lines as AsyncIterable<Row>) yield row;
}
