import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { RETAIL_LOCATION } from '@quayside/cli/replayEvents.js';
import { readGzippedCsv, readRetailRows } from '@quayside/cli/replayRows.js';
import type { OnHand } from '../harness/oracle.js';
import { SHARED } from '../harness/shared.js';

export const HISTORY = join('data', 'online-retail.csv.gz');

/** What a row is by the contract of the answers, with the change of stock that it makes. */
export interface AnsweredRow {
  readonly invoice: string;
  readonly class: string;
  readonly sku: string;
  readonly delta: number;
}

/** `expected/rows.csv.gz`, row by row: computed by scripts that share nothing with us. */
export async function* readAnswers(rowsMax = Infinity): AsyncGenerator<AnsweredRow> {
  let number = 0;
  for await (const row of readGzippedCsv<{ invoice: string; class: string; sku: string; delta: string }>(join(SHARED, 'data', 'expected', 'rows.csv.gz'))) {
    if (++number > rowsMax) break;
    yield { ...row, delta: Number(row.delta) };
  }
}

/** A small file of the answers, whole. */
export function readAnswerFile<Row>(file: string): Row[] {
  const bytes = readFileSync(join(SHARED, 'data', 'expected', file));
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true }) as Row[];
}

const add = (onHand: OnHand, sku: string, delta: number): void =>
  void onHand.set(`${RETAIL_LOCATION}/${sku}`, (onHand.get(`${RETAIL_LOCATION}/${sku}`) ?? 0) + delta);

/** What the first rows of the history come to, restocked, as orders: from the answers, in plain addition. */
export interface RetailAnswer {
  readonly rows: number;
  /** The file has no more rows than these. */
  readonly isWhole: boolean;
  /** Rows that move no goods. */
  readonly setAside: number;
  readonly onHand: OnHand;
  /** Lines and units of what was sold, by invoice. */
  readonly orders: ReadonlyMap<string, { readonly lines: number; readonly units: number }>;
}

export async function answerOf(rowsMax: number): Promise<RetailAnswer> {
  const onHand: OnHand = new Map();
  const orders = new Map<string, { lines: number; units: number }>();
  let [rows, setAside, lastDay] = [0, 0, ''];
  for (const { sku, opening } of readAnswerFile<{ sku: string; opening: string }>('restocked-stock.csv'))
    if (Number(opening) !== 0) add(onHand, sku, Number(opening));
  for await (const { invoice, class: kind, sku, delta } of readAnswers(rowsMax)) {
    rows++;
    if (kind === 'SERVICE' || kind === 'LEDGER') setAside++;
    else add(onHand, sku, delta);
    if (kind !== 'SALE' && kind !== 'FREE') continue;
    const { lines, units } = orders.get(invoice) ?? { lines: 0, units: 0 };
    orders.set(invoice, { lines: lines + 1, units: units - delta });
  }
  for await (const row of readRetailRows(join(SHARED, HISTORY), rowsMax)) lastDay = row.time.slice(0, 10);
  // Receipts after the last row's day belong to the whole history.
  for (const { ts, sku, quantity } of readAnswerFile<{ ts: string; sku: string; quantity: string }>('receipts.csv.gz'))
    if (rows < rowsMax || ts.slice(0, 10) <= lastDay) add(onHand, sku, Number(quantity));
  return { rows, isWhole: rows < rowsMax, setAside, onHand, orders };
}
