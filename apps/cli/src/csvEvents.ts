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
const TEXT_DATA_COLUMNS = [
  'location',
  'order',
  'shipment',
  'purchaseOrder',
  'condition',
  'reason',
  'actor',
  'document',
  'from',
  'to',
  'carrier',
  'promisedAt',
  'count',
  'customer',
  'shipTo',
  'promisedShipBy',
  'promisedDeliverBy',
  'policy',
] as const;
const NUMBER_DATA_COLUMNS = ['priority'] as const;
const FLAG_DATA_COLUMNS = ['complete'] as const;
const TEXT_LINE_COLUMNS = ['sku', 'lot', 'bucket', 'expiresAt'] as const;
const NUMBER_LINE_COLUMNS = ['line', 'quantity', 'delta', 'counted', 'expectedOnHand'] as const;
const COLUMNS: readonly string[] = [
  ...EVENT_COLUMNS,
  ...TEXT_DATA_COLUMNS,
  ...NUMBER_DATA_COLUMNS,
  ...FLAG_DATA_COLUMNS,
  ...TEXT_LINE_COLUMNS,
  ...NUMBER_LINE_COLUMNS,
];

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
 * One row = one event with one line (none where no column of a line is filled), as JSON. `rowNumber` counts from 1; a row without an id gets `<file>:<row>`, so that the
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
      'Give --type stock.received, stock.shipped, stock.adjusted, stock.counted, order.placed, …',
    );
  const line = { ...filled(row, TEXT_LINE_COLUMNS, String), ...filled(row, NUMBER_LINE_COLUMNS, toNumber) };
  const event = {
    specversion: '1.0',
    id,
    source: row['source'] || source,
    type: name.startsWith('quayside.') ? name : `quayside.${name}.v1`,
    ...filled(row, ['time'], String),
    ...filled(row, ['sequence'], toNumber),
    data: {
      ...filled(row, TEXT_DATA_COLUMNS, String),
      ...filled(row, NUMBER_DATA_COLUMNS, toNumber),
      ...filled(row, FLAG_DATA_COLUMNS, toFlag),
      // A hold or the cancel of a whole order has no line.
      ...(Object.keys(line).length === 0 ? {} : { lines: [line] }),
    },
  };
  return JSON.stringify(event);
}

function filled<T>(row: CsvRow, names: readonly string[], read: (text: string) => T): Record<string, T> {
  return Object.fromEntries(names.flatMap((name) => (row[name] === undefined || row[name] === '' ? [] : [[name, read(row[name])]])));
}

/** What is no plain whole number stays text: the door says where and why. */
const toNumber = (text: string): number | string => (/^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text);
const toFlag = (text: string): boolean | string => (text === 'true' || text === 'false' ? text === 'true' : text);
