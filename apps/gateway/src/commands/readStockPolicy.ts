import { LINE_QUANTITY_MAX, type Quantity } from '@quayside/contracts';
import { InputReader } from './inputReader.js';
import { faultless, type ReadCommand, type Reading } from './readCommand.js';

const VALUES = ['reorderPoint', 'safetyStock'] as const;

/** Reads a SetStockPolicyInput: an absent value stays, null takes it away. `idempotencyKey`: one for each asking, since the input has none. */
export function readStockPolicy(input: unknown, { visible, actor }: Pick<Reading, 'visible' | 'actor'>, idempotencyKey: string): ReadCommand {
  const reader = new InputReader(input, visible);
  const sku = reader.sku(reader.given['item'], ['item']);
  checkValues(reader);
  const location = reader.location();
  const values: Partial<Record<(typeof VALUES)[number], Quantity | null>> = {};
  for (const name of VALUES) {
    const value = reader.given[name];
    if (typeof value === 'number' || value === null) values[name] = value;
  }
  return faultless(reader, { name: 'policy.set', at: { location }, data: { location, sku, ...values, actor } }, idempotencyKey);
}

function checkValues(reader: InputReader): void {
  const asked = VALUES.filter((name) => reader.given[name] !== undefined);
  if (asked.length === 0) reader.add('BLANK', [], 'Nothing to set: give reorderPoint, safetyStock or both');
  for (const name of asked) {
    const value = reader.given[name];
    const fits = value === null || (typeof value === 'number' && value >= 0 && value <= LINE_QUANTITY_MAX);
    if (!fits) reader.add('INVALID', [name], `From 0 to ${LINE_QUANTITY_MAX}`);
  }
}
