import type { EventIdentity, Instant, LevelChange, OrderChange } from '@quayside/contracts';
import { isUnresolved, type AlertBook } from './alertBook.js';
import type { AlertTimer } from './alertTimer.js';
import type { DecidingAsOf } from './deciding.js';
import { pointTo } from './explain.js';

/** A cause that opens an episode only when its time has come. */
export interface Awaited {
  readonly fingerprint: string;
  /** Null: there is no cause (any more). */
  readonly change: LevelChange | OrderChange | null;
  /** When it is due if nothing was waiting yet. */
  readonly dueAt: Instant;
  /** Whether a timer that is already there is of the same wait. */
  readonly continues: (timer: AlertTimer) => boolean;
}

/** `passed`: judge now. What was waited for gives the episode its origin and its first event; nulls and nothing where nothing was. */
export type Waited =
  | { readonly kind: 'waits' }
  | { readonly kind: 'passed'; readonly origin: number | null; readonly dueAt: Instant | null; readonly first: readonly EventIdentity[] };

export const AT_ONCE = { kind: 'passed', origin: null, dueAt: null, first: [] } as const satisfies Waited;

/**
 * Keeps the timer of a cause that has to last: sets it, tells it the newest change, and takes it away when the cause is gone or its
 * time has come. What is open already is not waited for, nor what a person has resolved while its cause lasts.
 */
export function waitFor(book: AlertBook, { fingerprint, change, dueAt, continues }: Awaited, { asOf, offset }: DecidingAsOf): Waited {
  const { newest, timer } = book.of(fingerprint);
  const pending = timer !== null && (timer.content.kind === 'negative' || timer.content.kind === 'orderLate') ? timer.content : null;
  if (change === null) {
    if (pending !== null) book.clearTimer(fingerprint);
    return AT_ONCE;
  }
  if (isUnresolved(newest) || (timer !== null && pending === null)) return AT_ONCE;
  const isOn = timer !== null && pending !== null && continues(timer);
  const origin = isOn ? pending.origin : offset;
  const first = isOn ? pending.first : pointTo(change.cause);
  const due = isOn ? timer.dueAt : dueAt;
  if (due <= asOf) {
    book.clearTimer(fingerprint);
    return { kind: 'passed', origin, dueAt: due, first: [first] };
  }
  book.setTimer({
    fingerprint,
    dueAt: due,
    content: change.kind === 'level' ? { kind: 'negative', origin, first, change } : { kind: 'orderLate', origin, first, change },
  });
  return { kind: 'waits' };
}
