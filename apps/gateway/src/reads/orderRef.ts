import type { Instant } from '@quayside/contracts';
import { findOrdersByNumber, readOrders, type Database, type StoredOrder } from '@quayside/store';
import { decodeNodeId } from '../nodeId.js';
import { refusal } from '../refusal.js';
import { sees, type Visible } from '../visible.js';
import { asGiven, textOf } from './inputs.js';

/**
 * The order behind an OrderRef; null where there is none, or none that may be seen. A source that gave one number at
 * several locations has several orders: the one placed first is meant. Throws BAD_USER_INPUT unless exactly one key is there.
 */
export async function findOrder(
  pool: Database['pool'],
  ref: unknown,
  { visible, now }: { readonly visible: Visible; readonly now: Instant },
): Promise<StoredOrder | null> {
  const given = asGiven(ref);
  // graphql-jit does not enforce `@oneOf` for variables.
  if (Object.keys(given).length !== 1) throw refusal('BAD_USER_INPUT', 'A reference takes exactly one key');
  const found = await findAll(pool, given, now);
  return found.find(({ location }) => sees(visible, location)) ?? null;
}

async function findAll(pool: Database['pool'], given: ReturnType<typeof asGiven>, now: Instant): Promise<StoredOrder[]> {
  const id = textOf(given, 'id');
  if (id !== null) {
    const node = decodeNodeId(id);
    return node?.kind === 'order' ? readOrders(pool, [node], now) : [];
  }
  const named = asGiven(given['number']);
  return findOrdersByNumber(pool, { number: textOf(named, 'number') ?? '', source: textOf(named, 'source') ?? '' }, now);
}
