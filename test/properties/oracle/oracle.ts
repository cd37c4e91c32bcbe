import { type AdjustmentRequested, assertNever, type ExceptionKind, type OrderEvent, type Quantity, type ReservationEvent } from '@quayside/contracts';
import type { HistoryRecord, Place } from '../historyRecord.js';
import { type Admission, Admittance, type Applied } from './admittance.js';
import type { JournalEntry } from './demand.js';
import type { Handled } from './orderGoods.js';
import { OrderModel } from './orderModel.js';
import { PhysicalStock } from './physicalStock.js';
import { PromiseBook } from './promiseBook.js';
import { ReservationModel } from './reservationModel.js';

/** What one record has to do. */
export interface Expected {
  readonly admission: Admission;
  readonly journal: readonly JournalEntry[];
  /** Exceptions that have to stand beside the effect. */
  readonly raises: readonly ExceptionKind[];
  /** Of adjustment.requested: whether it takes effect; null for everything else. */
  readonly isGranted: boolean | null;
}

/**
 * The second opinion: physical stock by brute force over the set of facts, promises in the order of the log, written from
 * domain.md with nothing of `libs/stock`.
 */
export class Oracle {
  readonly stock = new PhysicalStock();
  readonly book = new PromiseBook((location, sku) => this.stock.bucket(location, sku, 'sellable'));
  readonly reservations = new ReservationModel(this.book);
  readonly orders = new OrderModel(this.book, this.reservations);
  private readonly admittance = new Admittance();

  learn(record: HistoryRecord): Expected {
    const admission = this.admittance.admit(record);
    this.book.journal = [];
    if (admission.kind !== 'applied') return { admission, journal: [], raises: [], isGranted: null };
    const isGranted = admission.event.name === 'adjustment.requested' ? this.isGranted(admission.event) : null;
    const { raises } = this.apply(admission, { at: record.at, isGranted });
    if ('location' in admission.event) this.book.serve(admission.event.location);
    return { admission, journal: this.book.journal, raises: [...raises, ...alwaysRaised(admission)], isGranted };
  }

  private apply({ event, takesBack }: Applied, { at, isGranted }: { readonly at: Place; readonly isGranted: boolean | null }): Handled {
    switch (event.name) {
      case 'stock.received':
      case 'stock.moved':
      case 'stock.adjusted':
      case 'stock.dispositionChanged':
      case 'stock.counted':
      case 'hop.stockIn':
        this.stock.learn(event);
        return NOTHING;
      case 'adjustment.requested':
        if (isGranted === true) this.stock.learn(event);
        return NOTHING;
      case 'stock.shipped':
        this.stock.learn(event);
        return this.orders.ship(event);
      case 'stock.returned':
        this.stock.learn(event);
        return this.orders.return(event);
      case 'event.voided':
      case 'hop.voided':
        if (takesBack === null) return NOTHING;
        this.stock.takeBack(takesBack);
        this.orders.takeBack(takesBack, at);
        return NOTHING;
      case 'policy.set':
      case 'quarantine.released':
      case 'quarantine.dismissed':
        return NOTHING;
      default:
        return this.applyPromise(event, at);
    }
  }

  private applyPromise(event: OrderEvent | ReservationEvent, at: Place): Handled {
    switch (event.name) {
      case 'order.placed':
      case 'order.amended':
      case 'order.cancelled':
      case 'order.held':
      case 'order.holdReleased':
        return this.orders.apply(event, at);
      case 'reservation.requested':
      case 'reservation.released':
      case 'reservation.extended':
      case 'reservation.expired':
        return { raises: this.reservations.apply(event, at) ? ['ALREADY_EXISTS'] : [] };
      default:
        return assertNever(event);
    }
  }

  /** Whole, or not at all: every line's `expectedOnHand` has to be true before it. */
  private isGranted({ location, lines }: AdjustmentRequested): boolean {
    return lines.every(
      ({ sku, expectedOnHand }: { readonly sku: string; readonly expectedOnHand: Quantity }) => this.stock.onHand(location, sku) === expectedOnHand,
    );
  }
}

const NOTHING: Handled = { raises: [] };

function alwaysRaised({ isSkewed, refusesItsVoid }: Applied): ExceptionKind[] {
  return [...(isSkewed ? (['CLOCK_SKEW'] as const) : []), ...(refusesItsVoid ? (['VOID_NOT_ALLOWED'] as const) : [])];
}
