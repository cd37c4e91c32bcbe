import type { FrameBell } from '../live/FrameBell.js';
import { LiveCollection } from '../live/LiveCollection.js';
import type { LiveStream } from '../live/LiveConnection.js';
import { ORDERS_DOCUMENT, readOrderBatch, type Order } from './order.js';

/** Orders of one filter, live. Another filter is another board. */
export class OrderBoard {
  private readonly collection = new LiveCollection<Order>(true);
  readonly stream: LiveStream;

  constructor(
    filter: Readonly<Record<string, unknown>>,
    readonly bell: FrameBell,
  ) {
    this.stream = {
      document: ORDERS_DOCUMENT,
      variables: { filter },
      begin: () => {
        this.collection.begin();
        return this.collection.cursor;
      },
      take: (data) => {
        this.collection.take(readOrderBatch(data));
        this.bell.ring();
      },
      forgetCursor: () => this.collection.forgetCursor(),
    };
  }

  get isComplete(): boolean {
    return this.collection.isComplete;
  }

  /** A new array each time. */
  read(): Order[] {
    return [...this.collection.objects.values()];
  }
}
