import { ADJUSTMENT_REASONS, BUCKETS, LINE_QUANTITY_MAX, type AdjustmentReason, type Bucket } from '@quayside/contracts';
import { PAGE_MAX } from '../document/limits.js';
import { CODE_CHARACTERS_MAX, asGiven, numberOf, textOf, type Given } from '../reads/inputs.js';
import { InputReader } from './inputReader.js';
import { faultless, type ReadCommand, type Reading } from './readCommand.js';

interface AdjustmentLine {
  readonly sku: string;
  readonly delta: number;
  readonly bucket: Bucket;
  readonly lot?: string;
  readonly expectedOnHand?: number;
}

/** Reads an AdjustStockInput: a fact, or with any `expectedOnHand` a request. */
export function readAdjustStock(input: unknown, { visible, actor, now }: Reading): ReadCommand {
  const reader = new InputReader(input, visible);
  const idempotencyKey = reader.idempotencyKey();
  const location = reader.location();
  const lines = readLines(reader);
  const reason = adjustmentReason(reader.given);
  const note = reader.text('note');
  const occurredAt = reader.happenedAt('occurredAt', now);
  const isRequest = lines.some(({ expectedOnHand }) => expectedOnHand !== undefined);
  const asked = isRequest ? completeExpectations(reader, lines) : lines;
  const data = { location, reason, actor, ...(note !== null && { note }), lines: asked };
  return faultless(reader, { name: isRequest ? 'adjustment.requested' : 'stock.adjusted', at: { location }, data, occurredAt }, idempotencyKey);
}

function readLines(reader: InputReader): AdjustmentLine[] {
  const changes: readonly unknown[] = Array.isArray(reader.given['changes']) ? reader.given['changes'] : [];
  if (changes.length === 0) reader.add('BLANK', ['changes'], 'Give at least one change');
  if (changes.length > PAGE_MAX) reader.add('TOO_MANY', ['changes'], `At most ${PAGE_MAX} changes`);
  return changes.slice(0, PAGE_MAX).map((change, index) => readLine(reader, asGiven(change), ['changes', String(index)]));
}

function readLine(reader: InputReader, change: Given, path: readonly string[]): AdjustmentLine {
  const delta = numberOf(change, 'onHandDelta') ?? 0;
  if (delta === 0 || Math.abs(delta) > LINE_QUANTITY_MAX)
    reader.add('INVALID', [...path, 'onHandDelta'], `From -${LINE_QUANTITY_MAX} to ${LINE_QUANTITY_MAX}, and not 0`);
  const lot = reader.text('lot', { source: change, path: [...path, 'lot'], max: CODE_CHARACTERS_MAX });
  const expectedOnHand = numberOf(change, 'expectedOnHand');
  return {
    sku: reader.sku(change['item'], [...path, 'item']),
    delta,
    bucket: bucketOf(change),
    ...(lot !== null && { lot }),
    ...(expectedOnHand !== null && { expectedOnHand }),
  };
}

/** `onHand` is of an item, whatever bucket or lot a change is of: one expectation stands for all changes of it. */
function completeExpectations(reader: InputReader, lines: readonly AdjustmentLine[]): AdjustmentLine[] {
  const known = new Map<string, number>();
  for (const { sku, expectedOnHand } of lines) if (expectedOnHand !== undefined) known.set(sku, expectedOnHand);
  return lines.map((line, index) => {
    const expectedOnHand = line.expectedOnHand ?? known.get(line.sku);
    if (expectedOnHand !== undefined) return { ...line, expectedOnHand };
    reader.add('BLANK', ['changes', String(index), 'expectedOnHand'], 'Another change has one: give it for every item, or for none');
    return line;
  });
}

/** The SDL's enum, `OPENING_BALANCE`, is the contract's `openingBalance`. */
function adjustmentReason(given: Given): AdjustmentReason {
  const asked = textOf(given, 'reason');
  return ADJUSTMENT_REASONS.find((reason) => reason.replaceAll(/[A-Z]/g, '_$&').toUpperCase() === asked) ?? 'other';
}

/** Null where it was not asked for: sellable, the SDL's default. */
export function bucketOf(given: Given): Bucket {
  return BUCKETS.find((bucket) => bucket.toUpperCase() === given['bucket']) ?? 'sellable';
}
