import type { Refusal } from '@quayside/standards';

/** What StoreUnavailable means to the caller; null for any other error. Matches on the code, never on the class. */
export function storeRefusal(cause: unknown): Refusal | null {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return null;
  if (cause.code === 'STORE_AWAY') return { code: 'store-unavailable', detail: 'the database does not answer; events are accepted all the same' };
  return cause.code === 'STORE_BUSY' ? { code: 'overloaded', detail: 'as many look-ups as this process may hold are waiting for the database' } : null;
}
