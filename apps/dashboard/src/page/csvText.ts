type Cell = string | number;

/**
 * A CSV text by RFC 4180. A text that begins as a formula does gets an apostrophe in front (OWASP, "CSV Injection"): a SKU of a stranger
 * must not run in a reader's spreadsheet. Numbers are numbers, negative ones too.
 */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
