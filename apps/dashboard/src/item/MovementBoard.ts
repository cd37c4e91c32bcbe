import type { FrameBell } from '../live/FrameBell.js';
import type { LiveStream } from '../live/LiveConnection.js';
import { LEDGER_STREAM_DOCUMENT, readLedgerBatch, type LedgerPage, type LedgerRow } from './itemHistory.js';

/** Rows kept: beyond, the oldest shown go. */
const ROWS_MAX = 2_000;

/** Movements of one filter, newest first: what came live, on top of the pages that were asked for. */
export class MovementBoard {
  private rows: LedgerRow[] = [];
  private readonly ids = new Set<string>();
  private position: string | null = null;
  private nextPage: string | null = null;
  readonly stream: LiveStream;

  constructor(
    filter: Readonly<Record<string, unknown>>,
    readonly bell: FrameBell,
  ) {
    this.stream = {
      document: LEDGER_STREAM_DOCUMENT,
      variables: { filter },
      begin: () => this.position,
      take: (data) => {
        const { cursor, rows } = readLedgerBatch(data);
        this.position = cursor;
        this.addNewer(rows);
      },
      forgetCursor: () => {
        this.position = null;
      },
    };
  }

  /** Where the next older page begins; null where there is none, or none was asked for. */
  get next(): string | null {
    return this.nextPage;
  }

  addOlder({ rows, next, streamCursor }: LedgerPage): void {
    // The stream begins where the first page was read.
    this.position ??= streamCursor;
    this.nextPage = next;
    this.rows = [...this.rows, ...rows.filter((row) => this.isNew(row))];
    this.bell.ring();
  }

  /** A new array each time. */
  read(): LedgerRow[] {
    return [...this.rows];
  }

  private addNewer(rows: readonly LedgerRow[]): void {
    const fresh = rows.filter((row) => this.isNew(row));
    if (fresh.length === 0) return;
    this.rows = [...fresh.toReversed(), ...this.rows];
    for (const { id } of this.rows.slice(ROWS_MAX)) this.ids.delete(id);
    this.rows = this.rows.slice(0, ROWS_MAX);
    this.bell.ring();
  }

  /** A page may hold rows that the stream brings too. */
  private isNew({ id }: LedgerRow): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    return true;
  }
}
