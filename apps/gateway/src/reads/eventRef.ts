import { readAppliedEvents, readSourceEvents, type Database, type SourceEvent } from '@quayside/store';
import { decodeNodeId } from '../nodeId.js';
import { refusal } from '../refusal.js';
import { asGiven, textOf } from './inputs.js';
import { seesEvent } from './seesEvent.js';
import type { Visible } from '../visible.js';

/** What an EventRef can mean: nothing that may be seen, one event, or several, where a source used one id at several locations. */
export async function findEvents(pool: Database['pool'], ref: unknown, visible: Visible): Promise<SourceEvent[]> {
  const given = asGiven(ref);
  // graphql-jit does not enforce `@oneOf` for variables.
  if (Object.keys(given).length !== 1) throw refusal('BAD_USER_INPUT', 'A reference takes exactly one key');
  const id = textOf(given, 'id');
  const found = id === null ? await readAppliedEvents(pool, keyOf(given)) : await readById(pool, id);
  return found.filter((event) => seesEvent(visible, event));
}

async function readById(pool: Database['pool'], id: string): Promise<SourceEvent[]> {
  const node = decodeNodeId(id);
  return node?.kind === 'event' ? readSourceEvents(pool, [node]) : [];
}

/** (source, id) of an EventRef by key. */
function keyOf(given: ReturnType<typeof asGiven>): { readonly source: string; readonly id: string } {
  const key = asGiven(given['key']);
  return { source: textOf(key, 'source') ?? '', id: textOf(key, 'id') ?? '' };
}
