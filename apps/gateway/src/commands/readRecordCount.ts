import { CODE_CHARACTERS_MAX } from '../reads/inputs.js';
import { InputReader } from './inputReader.js';
import { bucketOf } from './readAdjustStock.js';
import { faultless, type ReadCommand, type Reading } from './readCommand.js';

/** Reads a RecordCountInput: what was found of one (item, bucket, lot or none). */
export function readRecordCount(input: unknown, { visible, actor, now }: Reading): ReadCommand {
  const reader = new InputReader(input, visible);
  const idempotencyKey = reader.idempotencyKey();
  const location = reader.location();
  const sku = reader.sku(reader.given['item'], ['item']);
  const lot = reader.text('lot', { max: CODE_CHARACTERS_MAX });
  const counted = reader.quantity(reader.given, { name: 'counted', path: ['counted'], min: 0 });
  const note = reader.text('note');
  const occurredAt = reader.happenedAt('countedAt', now);
  const lines = [{ sku, counted, bucket: bucketOf(reader.given), ...(lot !== null && { lot }) }];
  return faultless(
    reader,
    { name: 'stock.counted', at: { location }, data: { location, actor, ...(note !== null && { note }), lines }, occurredAt },
    idempotencyKey,
  );
}
