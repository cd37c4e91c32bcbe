import { assertNever, type Alert, type AlertCommand, type AlertComment, type Instant } from '@quayside/contracts';
import { AlertBook, isUnresolved, type AlertsFold, type Known } from './alertBook.js';
import { NEVER, snoozeKeyOf } from './alertTimer.js';
import { statusOf } from './episode.js';
import { showTime } from './explain.js';
import { fingerprintOfAlert } from './fingerprint.js';

/** Comments kept with an episode, and characters of one: it has to fit into a record of the log with each of its versions. */
export const COMMENTS_MAX = 50;
export const COMMENT_CHARACTERS_MAX = 2_000;

/** A person's command as it stands in the log. */
export interface GivenCommand {
  readonly command: AlertCommand;
  /** Append time: what counts. */
  readonly at: Instant;
}
/** A command that did nothing, with why. */
export interface IgnoredCommand<Given extends GivenCommand> {
  readonly given: Given;
  readonly why: string;
}

/**
 * Does what people want of episodes, in order. `known` must have what stands of the fingerprints of all of them
 * (`fingerprintOfAlert`). A command about an episode that is unknown or resolved, and one that is repeated, has no effect.
 */
export function obeyCommands<Given extends GivenCommand>(
  known: Known,
  commands: readonly Given[],
): { readonly fold: AlertsFold; readonly ignored: readonly IgnoredCommand<Given>[] } {
  const book = new AlertBook(known);
  const ignored: IgnoredCommand<Given>[] = [];
  for (const given of commands) {
    const why = obey(book, given);
    if (why !== null) ignored.push({ given, why });
  }
  return { fold: book.close(), ignored };
}

/** Null, or why it has no effect. */
function obey(book: AlertBook, { command, at }: GivenCommand): string | null {
  const { newest } = book.of(fingerprintOfAlert(command.alertId));
  if (newest === null || newest.id !== command.alertId) return 'there is no such episode, or a newer one stands in its place';
  if (!isUnresolved(newest)) return 'the episode is resolved';
  const commented = addComment(newest, { id: command.id, at, by: command.by, text: command.comment ?? '' });
  const next = applyTo(commented, { command, at });
  if (next === newest) return 'it changes nothing';
  book.write({ ...next, version: newest.version + 1 });
  keepTimers(book, newest, next);
  return null;
}

function addComment(alert: Alert, comment: AlertComment): Alert {
  const isTaken = comment.text.trim() === '' || alert.comments.length >= COMMENTS_MAX || alert.comments.some(({ id }) => id === comment.id);
  return isTaken ? alert : { ...alert, comments: [...alert.comments, { ...comment, text: comment.text.slice(0, COMMENT_CHARACTERS_MAX) }] };
}

/** The episode after the command, without its new version; the same object where nothing changes. */
function applyTo(alert: Alert, { command, at }: GivenCommand): Alert {
  const isInhibited = alert.status === 'INHIBITED';
  switch (command.kind) {
    case 'acknowledge': {
      if (alert.acknowledgedAt !== null && alert.snoozedUntil === null) return alert;
      const seen = { ...alert, acknowledgedAt: alert.acknowledgedAt ?? at, acknowledgedBy: alert.acknowledgedBy ?? command.by, snoozedUntil: null };
      return { ...seen, status: statusOf(seen, isInhibited) };
    }
    case 'snooze': {
      if (command.until <= at || command.until === alert.snoozedUntil) return alert;
      const asleep = { ...alert, snoozedUntil: command.until };
      return { ...asleep, status: statusOf(asleep, isInhibited) };
    }
    case 'resolve': {
      const resolvedAt = Math.max(at, alert.openedAt);
      const explanation = `${alert.explanation} Closed by hand at ${showTime(at, alert.openedAt)}.`;
      return { ...alert, status: 'RESOLVED', explanation, resolution: 'BY_HAND', resolvedAt, resolvedBy: command.by, snoozedUntil: null };
    }
    case 'comment':
      return alert;
    default:
      return assertNever(command);
  }
}

/** A snooze has an end; what is resolved by hand stays so until its cause has gone. */
function keepTimers(book: AlertBook, before: Alert, { id, fingerprint, status, snoozedUntil }: Alert): void {
  const snooze = snoozeKeyOf(fingerprint);
  if (snoozedUntil === null && before.snoozedUntil !== null) book.dropTimer(snooze);
  if (snoozedUntil !== null && snoozedUntil !== before.snoozedUntil) {
    book.setTimer({ fingerprint: snooze, dueAt: snoozedUntil, content: { kind: 'snooze', alertId: id } });
  }
  if (status === 'RESOLVED') book.setTimer({ fingerprint, dueAt: NEVER, content: { kind: 'untilCleared', alertId: id } });
}
