import { assertNever, type Change, type LevelChange, type Numbered, type OrderChange } from '@quayside/contracts';
import { AlertBook, isUnresolved, type AlertsFold, type Known } from './alertBook.js';
import type { AlertTimer } from './alertTimer.js';
import type { Deciding } from './deciding.js';
import { statusOf } from './episode.js';
import { recordedAtOf } from './explain.js';
import { fingerprintOf, fingerprintOfAlert, lateFingerprintOf } from './fingerprint.js';
import { judgeLevel, LEVEL_RULES } from './judgeLevel.js';
import { judgeOrder } from './judgeOrder.js';

/**
 * Folds numbered changes of one partition into episodes and timers. `known` must have what stands of every fingerprint that
 * `fingerprintsOf` names for them. Times of an episode are `recordedAt` of its causes or the time at which its timer was due,
 * hence a function of the log, as its id is: a timer that was due before a change of its subject is fired before that change,
 * so that being behind, or replaying, makes the same episodes as being there in time.
 */
export function foldAlerts(known: Known, changes: readonly Numbered<Change>[], deciding: Deciding): AlertsFold {
  const book = new AlertBook(known);
  for (const { at, what } of changes) {
    const [offset] = at;
    switch (what.kind) {
      case 'level':
        fireOverdue(book, fingerprintOf('NEGATIVE_ON_HAND', what.level), { change: what, deciding });
        judgeLevel(book, what, { ...deciding, offset, asOf: what.level.updatedAt });
        break;
      case 'order':
        fireOverdue(book, lateFingerprintOf(what.order), { change: what, deciding });
        judgeOrder(book, what, { ...deciding, offset, asOf: what.order.updatedAt });
        break;
      case 'reservation':
      case 'decision':
        break;
      default:
        assertNever(what);
    }
  }
  return book.close();
}

/** Fires timers that are due, in the order given. `known` must have what stands of every fingerprint that `fingerprintsOfTimer` names for them. */
export function fireTimers(known: Known, timers: readonly AlertTimer[], deciding: Deciding): AlertsFold {
  const book = new AlertBook(known);
  for (const timer of timers) fireTimer(book, timer, deciding);
  return book.close();
}

/** Fingerprints whose episodes and timers a change can touch. */
export function fingerprintsOf(change: Change): string[] {
  switch (change.kind) {
    case 'level':
      return LEVEL_RULES.map(({ kind }) => fingerprintOf(kind, change.level));
    case 'order':
      return [lateFingerprintOf(change.order)];
    case 'reservation':
    case 'decision':
      return [];
    default:
      return assertNever(change);
  }
}

/** Fingerprints whose episodes and timers a timer that is due can touch. */
export function fingerprintsOfTimer({ content }: AlertTimer): string[] {
  switch (content.kind) {
    case 'negative':
    case 'orderLate':
      return fingerprintsOf(content.change);
    case 'snooze':
    case 'untilCleared':
      return [fingerprintOfAlert(content.alertId)];
    default:
      return assertNever(content);
  }
}

interface Before {
  readonly change: LevelChange | OrderChange;
  readonly deciding: Deciding;
}

function fireOverdue(book: AlertBook, fingerprint: string, { change, deciding }: Before): void {
  const { timer } = book.of(fingerprint);
  if (timer !== null && timer.dueAt <= recordedAtOf(change)) fireTimer(book, timer, deciding);
}

function fireTimer(book: AlertBook, timer: AlertTimer, deciding: Deciding): void {
  const { content, dueAt } = timer;
  switch (content.kind) {
    case 'negative':
      return judgeLevel(book, content.change, { ...deciding, offset: content.origin, asOf: dueAt });
    case 'orderLate':
      return judgeOrder(book, content.change, { ...deciding, offset: content.origin, asOf: dueAt });
    case 'snooze':
      return endSnooze(book, timer, content.alertId);
    case 'untilCleared':
      throw new Error(`The timer of ${timer.fingerprint} waits for its cause to go, and is due at ${dueAt}`);
    default:
      return assertNever(content);
  }
}

function endSnooze(book: AlertBook, { fingerprint, dueAt }: AlertTimer, alertId: string): void {
  book.dropTimer(fingerprint);
  const { newest } = book.of(fingerprintOfAlert(alertId));
  if (!isUnresolved(newest) || newest.id !== alertId || newest.snoozedUntil !== dueAt) return;
  const awake = { ...newest, snoozedUntil: null };
  book.write({ ...awake, status: statusOf(awake, newest.status === 'INHIBITED'), version: newest.version + 1 });
}
