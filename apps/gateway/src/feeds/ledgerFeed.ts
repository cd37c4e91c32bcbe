import { PARTITION_COUNT } from '@quayside/contracts';
import type { LedgerEntry, LedgerFilter, LedgerStretch } from '@quayside/store';
import type { Feed, Since, View } from '../live/feed.js';
import { readLedgerFilter } from '../reads/ledgerPages.js';
import { refusal } from '../refusal.js';
import { encodeStreamCursor, isOfEpoch, readStreamCursor } from './streamCursor.js';

export type ReadLedgerOn = (asked: { readonly stretch: LedgerStretch; readonly filter: LedgerFilter; readonly rowsMin: number }) => Promise<{
  readonly entries: readonly LedgerEntry[];
  readonly upTo: number;
}>;
/** What tells how far the ledger is written: a stretch of its partitions' changes, of any objects. */
export type Positions = {
  readonly epoch: string;
  head(): ReturnType<typeof readStreamCursor>;
  showHead(): string;
  onChange(listen: () => void): () => void;
};

/** The largest batch that may be asked for, rows. One event is never cut, and has 5,000 lines at most. */
const BATCH_ROWS_MAX = 250;
/** News of one moment come together. A reader that is behind does not wait, whatever this says. */
const OPTIONS = { snapshot: false, coalesceMs: 25, heartbeatMs: 10_000 } as const;

/**
 * `ledgerEntries`: every row that the filter and the scope let through, once, in the order of its partition's log. Rows are read from
 * Postgres from the reader's own place on, so that nothing is held for a slow one, and a cursor of the same store is good for ever.
 */
export function ledgerFeed(positions: Positions, readOn: ReadLedgerOn): Feed {
  return {
    head: () => positions.showHead(),
    isRetained: (text) => isOfEpoch(readStreamCursor(text), positions.epoch),
    onChange: (listen) => positions.onChange(listen),
    options: OPTIONS,
    open: ({ filter: given, batchSize }, visible) => toView({ positions, readOn, filter: readLedgerFilter(given, visible), rowsMin: readBatchSize(batchSize) }),
  };
}

interface Reading {
  readonly positions: Positions;
  readonly readOn: ReadLedgerOn;
  readonly filter: LedgerFilter;
  readonly rowsMin: number;
}

function toView(reading: Reading): View {
  let turn = 0;
  return {
    page: null,
    since: (text) => readSince(reading, text, turn++ % PARTITION_COUNT),
    nothing: () => ({ entries: [] }),
  };
}

/** Goes through the partitions from another one each time, so that a busy one does not hold the others up. */
async function readSince({ positions, readOn, filter, rowsMin }: Reading, text: string, begin: number): Promise<Since> {
  const from = readStreamCursor(text);
  const numbers = new Map(from.numbers);
  const entries: LedgerEntry[] = [];
  let hasMore = false;
  const heads = [...positions.head().numbers].sort(([a], [b]) => turned(a, begin) - turned(b, begin));
  for (const [partition, head] of heads) {
    const [to] = head;
    const after = from.numbers.get(partition)?.[0] ?? -1;
    if (to <= after) continue;
    if (entries.length >= rowsMin) {
      hasMore = true;
      break;
    }
    const read = await readOn({ stretch: { partition, from: after, to }, filter, rowsMin: rowsMin - entries.length });
    entries.push(...read.entries);
    // The ledger's readers stand between events, whatever the index. It is the one that loses a state stream nothing which goes on from here.
    numbers.set(partition, read.upTo >= to ? head : [read.upTo, 0]);
    hasMore ||= read.upTo < to;
  }
  return { contents: entries.length === 0 ? null : { entries }, cursor: encodeStreamCursor({ epoch: positions.epoch, numbers }), hasMore };
}

const turned = (partition: number, begin: number): number => (partition - begin + PARTITION_COUNT) % PARTITION_COUNT;

function readBatchSize(given: unknown): number {
  if (given === null || given === undefined) return 100;
  if (typeof given === 'number' && given >= 1 && given <= BATCH_ROWS_MAX) return given;
  throw refusal('BAD_USER_INPUT', `\`batchSize\` is ${JSON.stringify(given)}; 1 to ${BATCH_ROWS_MAX} are served`, {
    argument: 'batchSize',
    min: 1,
    max: BATCH_ROWS_MAX,
  });
}
