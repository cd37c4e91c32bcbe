import { showInstant, type Bucket, type Quantity } from '@quayside/contracts';
import type { Explanation, ExplanationGap } from '@quayside/store';
import type { Colors } from './output.js';

/** What the rows come to. */
export interface Reckoned {
  readonly onHand: Quantity;
  readonly sellable: Quantity;
  readonly reserved: Quantity;
  readonly available: Quantity;
}

/** Adds up the rows up to the time asked, with the identities of a level (domain.md). */
export function reckon({ sums, promises }: Explanation): Reckoned {
  const counted = sums.filter(({ period }) => period !== 'after');
  const add = (rows: typeof counted): Quantity => rows.reduce((total, { delta }) => total + delta, 0);
  const sellable = add(counted.filter(({ bucket }) => bucket === 'sellable'));
  return { onHand: add(counted), sellable, reserved: promises.held, available: sellable - promises.held };
}

/** An explanation for a person: one line a term, and the sums under them. */
export function showExplanation(explanation: Explanation, { gaps, colors }: { readonly gaps: readonly ExplanationGap[]; readonly colors: Colors }): string {
  const { level, counts, sums, promises, late } = explanation;
  const { onHand, sellable, reserved, available } = reckon(explanation);
  const movements = sums
    .filter(({ period }) => period !== 'after')
    .map(({ period, kind, bucket, rows, delta }) => term(delta, `${period === 'before' ? 'up to the count' : (kind ?? '')} ${rowsOf(bucket, rows)}`));
  const held = promises.list.map((promise) => term(promise.held, `${promise.kind} ${promise.reference} line ${promise.line}`));
  const lateRows = late.list.map((row) =>
    term(row.delta, `${row.kind} ${row.bucket}, of ${showInstant(row.occurredAt)}, recorded ${showInstant(row.recordedAt)}, ${row.source} ${row.id}`),
  );
  return [
    colors.bold(`${level.sku} at ${level.location}`),
    ...showCounts(counts),
    'Movements',
    ...movements,
    `${amount(onHand)}  on hand, of it ${sellable} sellable`,
    `Open reservations: ${promises.open}`,
    ...held,
    ...more(promises.open - held.length),
    `${amount(reserved)}  reserved`,
    `${amount(available)}  available = ${sellable} sellable - ${reserved} reserved`,
    `Late rows, counted in above: ${late.rows}`,
    ...lateRows,
    ...more(late.rows - lateRows.length),
    ...showVerdict(gaps, colors),
  ].join('\n');
}

function showCounts(counts: Explanation['counts']): string[] {
  const [first] = counts;
  if (first === undefined) return ['Never counted: all movements are listed by kind.'];
  const found = counts.map(({ counted, bucket, lot }) => `${counted} ${bucket}${lot === null ? '' : ` lot ${lot}`}`);
  return [`Last count ${showInstant(first.occurredAt)}: ${found.join(', ')}  (${first.source} ${first.id})`];
}

function showVerdict(gaps: readonly ExplanationGap[], colors: Colors): string[] {
  if (gaps.length === 0) return [colors.green('✓ This adds up to the level exactly.')];
  return gaps.map(
    ({ of, level, rows }) => `${colors.red('✗')} ${of} does not add up: ${of === 'count' ? 'it found' : 'the level says'} ${level}, its rows ${rows}`,
  );
}

const SUM_WIDTH = 12;
const amount = (value: Quantity): string => String(value).padStart(SUM_WIDTH);
const term = (delta: Quantity, text: string): string => `${(delta > 0 ? `+${delta}` : String(delta)).padStart(SUM_WIDTH)}  ${text}`;
const rowsOf = (bucket: Bucket, rows: number): string => `${bucket} (${rows} ${rows === 1 ? 'row' : 'rows'})`;
const more = (left: number): string[] => (left > 0 ? [`${' '.repeat(SUM_WIDTH)}  and ${left} more`] : []);
