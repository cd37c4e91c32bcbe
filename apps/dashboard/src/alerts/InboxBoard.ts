import type { FrameBell } from '../live/FrameBell.js';
import { LiveCollection } from '../live/LiveCollection.js';
import type { LiveStream } from '../live/LiveConnection.js';
import type { Alert } from './alert.js';
import { INBOX_DOCUMENT, readInboxBatch, type InboxCounts } from './alertInbox.js';

/** Alerts of one filter, live. Another filter is another board. */
export class InboxBoard {
  private readonly collection = new LiveCollection<Alert>();
  private newestCounts: InboxCounts | null = null;
  readonly stream: LiveStream;

  constructor(
    readonly filter: Readonly<Record<string, unknown>>,
    readonly bell: FrameBell,
  ) {
    this.stream = {
      document: INBOX_DOCUMENT,
      variables: { filter },
      begin: () => {
        this.collection.begin();
        return this.collection.cursor;
      },
      take: (data) => {
        const batch = readInboxBatch(data);
        this.collection.take(batch);
        this.newestCounts = batch.byStatus;
        this.bell.ring();
      },
      forgetCursor: () => this.collection.forgetCursor(),
    };
  }

  get isComplete(): boolean {
    return this.collection.isComplete;
  }

  /** By status, whatever the filter asks for; null before the first message. */
  get counts(): InboxCounts | null {
    return this.newestCounts;
  }

  /** A new array each time. */
  read(): Alert[] {
    return [...this.collection.objects.values()];
  }
}
