import { RESERVATION_POLICIES, showInstant } from '@quayside/contracts';
import { PAGE_MAX } from '../document/limits.js';
import { CODE_CHARACTERS_MAX, asGiven, numberOf } from '../reads/inputs.js';
import { InputReader } from './inputReader.js';
import { faultless, type ReadCommand, type Reading } from './readCommand.js';

/** Reads a ReserveStockInput: lines are numbered by their place, from 1. */
export function readReserveStock(input: unknown, { visible, actor }: Reading): ReadCommand {
  const reader = new InputReader(input, visible);
  const idempotencyKey = reader.idempotencyKey();
  const location = reader.location();
  const reservation = reader.code('reference');
  const order = reader.text('orderNumber', { max: CODE_CHARACTERS_MAX });
  const lines = readLines(reader);
  const policy = RESERVATION_POLICIES.find((each) => each === reader.given['policy']) ?? 'ALL_OR_NOTHING';
  const expiresAt = numberOf(reader.given, 'expiresAt');
  // A repeat may come when it has long expired, and is to find what the first one came to: the past is no fault here.
  const expiry = expiresAt === null ? {} : { expiresAt: showInstant(expiresAt) };
  const data = { location, reservation, ...(order !== null && { order }), ...expiry, policy, actor, lines };
  return faultless(reader, { name: 'reservation.requested', at: { location }, data }, idempotencyKey);
}

function readLines(reader: InputReader): { readonly line: number; readonly sku: string; readonly quantity: number }[] {
  const lines: readonly unknown[] = Array.isArray(reader.given['lines']) ? reader.given['lines'] : [];
  if (lines.length === 0) reader.add('BLANK', ['lines'], 'Give at least one line');
  if (lines.length > PAGE_MAX) reader.add('TOO_MANY', ['lines'], `At most ${PAGE_MAX} lines`);
  return lines.slice(0, PAGE_MAX).map((each, index) => {
    const given = asGiven(each);
    const path = ['lines', String(index)];
    const sku = reader.sku(given['item'], [...path, 'item']);
    return { line: index + 1, sku, quantity: reader.quantity(given, { name: 'quantity', path: [...path, 'quantity'], min: 1 }) };
  });
}
