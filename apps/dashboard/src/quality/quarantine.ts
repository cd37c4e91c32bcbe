import { quantityText } from '../stock/quantityText.js';
import { Fields } from '../wire/Fields.js';

/** One event that was set aside and waits for a decision. */
export interface WaitingEvent {
  readonly id: string;
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  readonly receivedAtMs: number;
  readonly duplicates: number;
  readonly problem: Problem | null;
}
interface Problem {
  /** Where the ingest explains it. */
  readonly type: string;
  readonly title: string;
  readonly detail: string | null;
  readonly pointer: string | null;
}

const EVENT_FIELDS = 'id eventId source type receivedAt duplicates problem { type title detail pointer }';

/** As many as one answer holds; what is filtered away makes room for more. */
const WAITING_MAX = 200;
export const WAITING_DOCUMENT = `query Waiting { events(filter: { statuses: [QUARANTINED] }, first: ${WAITING_MAX}) { nodes { ${EVENT_FIELDS} } pageInfo { hasNextPage } } }`;
export const EVENT_DOCUMENT = `query WaitingEvent($id: ID!) { node(id: $id) { ... on SourceEvent { ${EVENT_FIELDS} status payload } } }`;
export const RELEASE_DOCUMENT = `mutation Release($input: ReleaseEventsInput!) {
  releaseEvents(input: $input) { matched released stillFailing { eventId problem { title detail } } userErrors { message } }
}`;
export const DISMISS_DOCUMENT = `mutation Dismiss($input: DismissEventsInput!) { dismissEvents(input: $input) { events { id } userErrors { message } } }`;

/** Reads the answer to WAITING_DOCUMENT; throws WireFault. */
export function readWaiting(data: Fields): { readonly events: readonly WaitingEvent[]; readonly hasMore: boolean } {
  const events = data.child('events');
  return { events: events.list('nodes', (value, path) => readEvent(Fields.of(value, path))), hasMore: events.child('pageInfo').flag('hasNextPage') };
}

export interface EventDetail extends WaitingEvent {
  readonly status: string;
  readonly payload: unknown;
}

/** Reads the answer to EVENT_DOCUMENT; null where there is none. Throws WireFault. */
export function readEventDetail(data: Fields): EventDetail | null {
  const event = data.childOrNull('node');
  return event === null ? null : { ...readEvent(event), status: event.text('status'), payload: event.raw('payload') };
}

function readEvent(event: Fields): WaitingEvent {
  const problem = event.childOrNull('problem');
  return {
    id: event.text('id'),
    eventId: event.text('eventId'),
    source: event.text('source'),
    type: event.text('type'),
    receivedAtMs: event.instantMs('receivedAt'),
    duplicates: event.whole('duplicates'),
    problem:
      problem === null
        ? null
        : { type: problem.text('type'), title: problem.text('title'), detail: problem.textOrNull('detail'), pointer: problem.textOrNull('pointer') },
  };
}

/** What a release (or its trial) came to, in words. Throws WireFault. */
export function releaseWords(data: Fields, isTrial: boolean): string {
  const payload = data.child('releaseEvents');
  const errors = payload.list('userErrors', (error, path) => Fields.of(error, path).text('message'));
  if (errors.length > 0) return errors.join(' ');
  const [matched, released] = [payload.whole('matched'), payload.whole('released')];
  const failing = payload.list('stillFailing', (value, path) => {
    const event = Fields.of(value, path);
    const problem = event.childOrNull('problem');
    return `${event.text('eventId')}: ${problem?.textOrNull('detail') ?? problem?.text('title') ?? 'refused'}`;
  });
  const good = released > 0 ? `${quantityText(released)} released. ` : '';
  if (failing.length > 0) return `${good}${isTrial ? 'Would fail' : 'Failed'} again: ${failing.join('; ')}`;
  if (isTrial) return `As far as can be told, ${quantityText(matched)} would be applied. Nothing was changed.`;
  return released === matched
    ? `${quantityText(released)} released.`
    : `${quantityText(released)} of ${quantityText(matched)} released; the rest shows here when it is decided.`;
}

/** What a dismissal came to, in words. Throws WireFault. */
export function dismissWords(data: Fields): string {
  const payload = data.child('dismissEvents');
  const errors = payload.list('userErrors', (error, path) => Fields.of(error, path).text('message'));
  const count = payload.list('events', (value, path) => Fields.of(value, path).text('id')).length;
  return [...errors, ...(count > 0 ? [`${quantityText(count)} dismissed.`] : [])].join(' ') || 'It is on its way, and shows here when it is done.';
}

/** How many wait for which reason, the most frequent first. */
export function countByProblem(events: readonly WaitingEvent[]): { readonly title: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { problem } of events) counts.set(problem?.title ?? 'Unknown', (counts.get(problem?.title ?? 'Unknown') ?? 0) + 1);
  return [...counts].map(([title, count]) => ({ title, count })).toSorted((a, b) => b.count - a.count || (a.title < b.title ? -1 : 1));
}
