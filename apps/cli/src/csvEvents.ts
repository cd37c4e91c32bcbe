import { usageFault } from './fault.js';

/** What a CSV leaves out. */
export interface CsvDefaults {
  /** Names the file in ids of rows that have none; null where such rows are refused (standard input has no name). */
  readonly fileName: string | null;
  readonly source: string;
  readonly type: string | null;
}
export type CsvRow = Readonly<Record<string, string>>;

const EVENT_COLUMNS = ['id', 'source', 'type', 'time', 'sequence'] as const;
const DATA_COLUMNS = ['location', 'order', 'shipment', 'purchaseOrder', 'condition', 'reason', 'actor', 'document', 'to', 'carrier', 'promisedAt'] as const;
const TEXT_LINE_COLUMNS = ['sku', 'lot', 'bucket', 'expiresAt'] as const;
const NUMBER_LINE_COLUMNS = ['line', 'quantity', 'delta'] as const;
const COLUMNS: readonly string[] = [...EVENT_COLUMNS, ...DATA_COLUMNS, ...TEXT_LINE_COLUMNS, ...NUMBER_LINE_COLUMNS];

/** Throws a usage fault for a column that no event has: a misspelt one would otherwise be left out in silence. */
export function checkColumns(names: readonly string[]): void {
  const unknown = names.filter((name) => !COLUMNS.includes(name));
  if (unknown.length > 0)
    throw usageFault(
      `The CSV has columns that no event has: ${unknown.join(', ')}`,
      `the columns are ${COLUMNS.join(', ')}`,
      'Rename or remove them in the first row.',
    );
}

/**
 * One row = one event with one line, as JSON. `rowNumber` counts from 1; a row without an id gets `<file>:<row>`, so that the
 * same file sent again is a repeat. Values are checked by the door; an empty cell is an absent field.
 */
export function eventOfRow(row: CsvRow, rowNumber: number, { fileName, source, type }: CsvDefaults): string {
  const id = row['id'] || (fileName === null ? '' : `${fileName}:${rowNumber}`);
  if (id === '')
    throw usageFault(`Row ${rowNumber} has no id`, 'standard input has no name from which one could be made', 'Add a column `id`, or send a file.');
  const name = row['type'] || type;
  if (name === null || name === '')
    throw usageFault(
      `Row ${rowNumber} has no type`,
      'neither a column `type` nor --type says what happened',
      'Give --type stock.received, stock.shipped, stock.adjusted or stock.returned.',
    );
  const event = {
    specversion: '1.0',
    id,
    source: row['source'] || source,
    type: name.startsWith('quayside.') ? name : `quayside.${name}.v1`,
    ...filled(row, ['time'], String),
    ...filled(row, ['sequence'], toNumber),
    data: { ...filled(row, DATA_COLUMNS, String), lines: [{ ...filled(row, TEXT_LINE_COLUMNS, String), ...filled(row, NUMBER_LINE_COLUMNS, toNumber) }] },
  };
  return JSON.stringify(event);
}

function filled<T>(row: CsvRow, names: readonly string[], read: (text: string) => T): Record<string, T> {
  return Object.fromEntries(names.flatMap((name) => (row[name] === undefined || row[name] === '' ? [] : [[name, read(row[name])]])));
}

/** What is no plain whole number stays text: the door says where and why. */
const toNumber = (text: string): number | string => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text);
