import type { FrameBell } from '../live/FrameBell.js';
import type { LiveStream } from '../live/LiveConnection.js';
import { LEDGER_STREAM_DOCUMENT, readLedgerBatch, type LedgerPage, type LedgerRow } from './itemHistory.js';

/** Rows kept: beyond, the oldest go, and no older ones are offered, or there would be a hole between them. */
export const ROWS_MAX = 2_000;

/** Movements of one filter, newest first: what came live, on top of the pages that were asked for. */
export class MovementBoard {
  private rows: LedgerRow[] = [];
  private readonly ids = new Set<string>();
  private position: string | null = null;
  private nextPage: string | null = null;
  private beginnings = 0;
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
        const { kind, cursor, rows } = readLedgerBatch(data);
        // The stream goes on from now: what lies between is in a first page only.
        if (kind === 'RESET') this.startOver();
        this.position = cursor;
        this.addNewer(rows);
      },
      forgetCursor: () => this.startOver(),
    };
  }

  /** Where the next older page begins; null where there is none, none was asked for, or no more rows are kept. */
  get next(): string | null {
    return this.isFull ? null : this.nextPage;
  }

  /** Whether as many rows are held as are kept. */
  get isFull(): boolean {
    return this.rows.length >= ROWS_MAX;
  }

  /** Grows when the board was emptied because its place in the stream was lost: whoever shows it asks for the first page again. */
  get generation(): number {
    return this.beginnings;
  }

  addOlder({ rows, next, streamCursor }: LedgerPage): void {
    // The stream begins where the first page was read.
    this.position ??= streamCursor;
    this.nextPage = next;
    this.keep([...this.rows, ...rows.filter((row) => this.isNew(row))]);
  }

  /** A new array each time. */
  read(): LedgerRow[] {
    return [...this.rows];
  }

  private addNewer(rows: readonly LedgerRow[]): void {
    const fresh = rows.filter((row) => this.isNew(row));
    if (fresh.length === 0) return;
    this.keep([...fresh.toReversed(), ...this.rows]);
  }

  private keep(rows: readonly LedgerRow[]): void {
    for (const { id } of rows.slice(ROWS_MAX)) this.ids.delete(id);
    this.rows = rows.slice(0, ROWS_MAX);
    this.bell.ring();
  }

  private startOver(): void {
    this.rows = [];
    this.ids.clear();
    this.position = null;
    this.nextPage = null;
    this.beginnings += 1;
    this.bell.ring();
  }

  /** A page may hold rows that the stream brings too. */
  private isNew({ id }: LedgerRow): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    return true;
  }
}
