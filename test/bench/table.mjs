/**
 * What a part has measured. `goal` is the "first" column of design/performance.md; the median of the rounds is held against it.
 * @typedef {{ what: string, unit: string, min: number, median: number, max: number, goal?: { atLeast: number } | { atMost: number } }} Row
 */

const HEADINGS = ['measured', 'unit', 'min', 'median', 'max', 'goal', ''];

/** Rows as a table that reads well in a terminal and is Markdown. */
export function showTable(rows) {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const isNumber = (column) => column >= 2 && column <= 4;
  const line = (row) => `| ${row.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [head, ...body] = cells;
  return [line(head), line(rule), ...body.map(line)].join('\n');
}

function cellsOf({ what, unit, min, median, max, goal }) {
  return [what, unit, ...[min, median, max].map(showNumber), goal === undefined ? '' : showGoal(goal), goal === undefined ? '' : showVerdict(goal, median)];
}

const showGoal = (goal) => ('atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`);
const showVerdict = (goal, median) => (isMet(goal, median) ? 'met' : 'not met');
const isMet = (goal, value) => ('atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost);

/** Three digits are what a measurement on a shared machine is worth. */
function showNumber(value) {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
