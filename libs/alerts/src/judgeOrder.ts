import type { OrderChange } from '@quayside/contracts';
import { isUnresolved, type AlertBook } from './alertBook.js';
import type { DecidingAsOf } from './deciding.js';
import { judgeEpisode } from './episode.js';
import { pointTo } from './explain.js';
import { lateFingerprintOf } from './fingerprint.js';
import { judgeOrderLate, latenessBegins } from './orderLate.js';
import { AT_ONCE, waitFor, type Waited } from './waitFor.js';

/** Judges an order by ORDER_LATE: what is promised for later waits, what is open closes first. */
export function judgeOrder(book: AlertBook, change: OrderChange, given: DecidingAsOf): void {
  const dueAt = latenessBegins(change.order);
  if (dueAt !== null && dueAt > given.asOf) judgeNow(book, change, { given, waited: AT_ONCE });
  const waited = waitFor(
    book,
    {
      fingerprint: lateFingerprintOf(change.order),
      change: dueAt === null ? null : change,
      dueAt: dueAt ?? given.asOf,
      continues: (timer) => timer.dueAt === dueAt,
    },
    given,
  );
  if (waited.kind === 'passed') judgeNow(book, change, { given, waited });
}

interface Now {
  readonly given: DecidingAsOf;
  readonly waited: Exclude<Waited, { kind: 'waits' }>;
}

function judgeNow(book: AlertBook, change: OrderChange, { given, waited }: Now): void {
  const { order, cause } = change;
  const fingerprint = lateFingerprintOf(order);
  const { newest } = book.of(fingerprint);
  judgeEpisode(book, {
    subject: { kind: 'ORDER_LATE', fingerprint, location: order.location, sku: null, order: order.number },
    verdict: judgeOrderLate(change, { open: isUnresolved(newest) ? newest : null, asOf: given.asOf }),
    inhibited: false,
    at: given.asOf,
    causes: [...waited.first, pointTo(cause)],
    origin: `${given.partition}.${waited.origin ?? given.offset}`,
    detectionMs: given.now - Math.max(cause.receivedAt, waited.dueAt ?? 0),
  });
}
