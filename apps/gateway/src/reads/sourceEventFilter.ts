import { QUARANTINE_REASONS } from '@quayside/contracts';
import { SOURCE_EVENT_STATUSES, type SourceEventFilter } from '@quayside/store';
import { narrow, type Visible } from '../visible.js';
import { asGiven, choicesOf, listOf, numberOf, textOf } from './inputs.js';

/** Type of the problem that a record was set aside for. */
export const problemType = (reason: string): string => `urn:quayside:quarantine:${reason}`;

/** Reads a SourceEventFilter and narrows it to what may be seen. Throws BAD_USER_INPUT. */
export function readSourceEventFilter(value: unknown, visible: Visible): SourceEventFilter {
  const given = asGiven(value);
  const problem = textOf(given, 'problemType');
  return {
    sources: listOf(given, 'sources'),
    types: listOf(given, 'types'),
    statuses: choicesOf(given, 'statuses', SOURCE_EVENT_STATUSES),
    eventId: textOf(given, 'eventId'),
    receivedFrom: numberOf(given, 'receivedFrom'),
    receivedTo: numberOf(given, 'receivedTo'),
    reasons: problem === null ? null : QUARANTINE_REASONS.filter((reason) => problemType(reason) === problem),
    locations: narrow(visible, null),
  };
}
