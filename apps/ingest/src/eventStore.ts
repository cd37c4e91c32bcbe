import type { Level } from '@quayside/contracts';
import type { AskedEvent, EventStatus, KnownEvent } from '@quayside/store';

/** What the door asks of Postgres, for status and dry runs only: it never needs it to accept. */
export interface EventStore {
  /** Every state of an identity, one for each location that it was sent for. */
  readStatus(event: AskedEvent): Promise<EventStatus[]>;
  /** Those of the events that are known, or whose void is. */
  readKnown(events: readonly AskedEvent[]): Promise<KnownEvent[]>;
  /** Levels that exist, in no order. */
  readLevels(keys: readonly { readonly location: string; readonly sku: string }[]): Promise<Level[]>;
}

/** A look-up is given up after this long, ms: whoever asks is told 503 while a link is dead, and not after the socket's own time-outs. */
const ANSWER_MS_MAX = 2_000;
/** Look-ups at once, those that were given up but still hang included; the pool behind has a queue without end. */
const LOOKUPS_MAX = 64;

/** Rejection of a bounded store: the database does not answer (AWAY), or too many wait for it already (BUSY). */
class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  constructor(
    readonly code: 'STORE_AWAY' | 'STORE_BUSY',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A store whose every answer comes in bounded time and number, or as StoreUnavailable. What is a fault of ours (a query that Postgres does not understand) stays as it is. */
export function boundStore(store: EventStore, { answerMsMax = ANSWER_MS_MAX, lookupsMax = LOOKUPS_MAX } = {}): EventStore {
  let lookups = 0;
  const ask = async <T>(asked: () => Promise<T>): Promise<T> => {
    if (lookups >= lookupsMax) throw new StoreUnavailable('STORE_BUSY', `${lookups} look-ups wait for the database already`);
    lookups++;
    const answer = asked().finally(() => lookups--);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new StoreUnavailable('STORE_AWAY', `The database did not answer within ${answerMsMax} ms`)), answerMsMax);
    });
    try {
      return await Promise.race([answer, late]);
    } catch (cause) {
      throw isOurFault(cause) ? cause : new StoreUnavailable('STORE_AWAY', 'The database could not be asked', { cause });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    readStatus: (event) => ask(() => store.readStatus(event)),
    readKnown: (events) => ask(() => store.readKnown(events)),
    readLevels: (keys) => ask(() => store.readLevels(keys)),
  };
}

/** Classes of SQLSTATE that speak of the query itself: data, cardinality, syntax and access rules. */
const FAULT_CLASSES = ['21', '22', '42'];

function isOurFault(cause: unknown): boolean {
  if (cause instanceof TypeError || cause instanceof SyntaxError) return true;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) && FAULT_CLASSES.includes(code.slice(0, 2));
}
