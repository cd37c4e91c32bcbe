import { showInstant, wireType, type EventIdentity, type Instant } from '@quayside/contracts';
import { isAllowed, type ApiKey } from '@quayside/service';
import { identityKey, type Refusal } from '@quayside/standards';
import type { AskedEvent, EventMovement, EventStatus } from '@quayside/store';
import type { Callers } from './callers.js';
import { answerRefusal, answerValue, eventHref, type Answer } from './eventsAnswer.js';
import { decisionIn, showChange } from './showChange.js';
import type { EventStore } from './eventStore.js';
import type { RecentEvent, RecentEvents } from './recentEvents.js';
import { storeRefusal } from './storeRefusal.js';

export interface StatusParts {
  readonly store: EventStore;
  readonly recent: RecentEvents;
  readonly callers: Callers;
}

export interface StatusRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Null where the request does not name an event. */
  readonly event: AskedEvent | null;
  readonly requestId: string;
}

/**
 * Answers what became of an event: what Postgres knows of it, else ACCEPTED where this process took it lately. A key sees the events
 * of its sources and locations and is told of others that they are unknown. 503 while Postgres does not answer.
 */
export class EventStatusDesk {
  constructor(private readonly parts: StatusParts) {}

  async answer({ headers, event, requestId }: StatusRequest): Promise<Answer> {
    const calling = this.parts.callers.identify(headers);
    if (calling.kind === 'refused') return answerRefusal(calling.refusal, requestId, calling.headers);
    if (event === null) return answerRefusal({ code: 'bad-parameter', detail: 'the path takes source and id, once each, and nothing else' }, requestId);
    const { source } = event;
    if (!isAllowed(calling.key.sources, source))
      return answerRefusal(
        { code: 'source-not-allowed', detail: 'this key may not ask about this source', value: source.slice(0, ID_CHARACTERS_MAX) },
        requestId,
      );
    if (!canExist(event)) return answerRefusal(UNKNOWN, requestId);
    try {
      const statuses = await this.parts.store.readStatus(event);
      const status = showEvent(event, { statuses, recent: this.parts.recent.find(identityKey(event)), key: calling.key });
      return status === null ? answerRefusal(UNKNOWN, requestId) : answerValue(200, status);
    } catch (cause) {
      const refusal = storeRefusal(cause);
      if (refusal === null) throw cause;
      return answerRefusal(refusal, requestId);
    }
  }
}

const UNKNOWN: Refusal = { code: 'unknown-event', detail: 'no event with this source and id is known' };
const ID_CHARACTERS_MAX = 256;

/** What the door never takes is known without asking; Postgres could not even be asked for a text with U+0000 in it. */
function canExist({ source, id }: AskedEvent): boolean {
  // oxlint-disable-next-line no-control-regex -- finding them is its purpose
  return [source, id].every((text) => text.length > 0 && text.length <= ID_CHARACTERS_MAX && !/[\u0000-\u001f]|\p{Surrogate}/u.test(text));
}

interface Known {
  readonly statuses: readonly EventStatus[];
  readonly recent: RecentEvent | undefined;
  readonly key: ApiKey;
}

function showEvent(event: AskedEvent, { statuses, recent, key }: Known): object | null {
  const mayKnow = (location: string | null): boolean => isAllowed(key.locations, location ?? '');
  const [first, ...elsewhere] = statuses.filter(({ location }) => mayKnow(location));
  const head = { ...event, href: eventHref(event) };
  const name: Naming = (identity) => (identity !== null && isAllowed(key.sources, identity.source) ? { source: identity.source, id: identity.id } : null);
  const show = (status: EventStatus): object => ({
    ...showStatus(status, { name, note: noteOf(status, recent !== undefined) }),
    hops: status.hops.filter(({ location }) => mayKnow(location)).map(showHop),
  });
  if (first !== undefined) {
    const acceptedAt = recent === undefined ? null : showInstant(recent.acceptedAt);
    return { ...head, ...show(first), acceptedAt, elsewhere: elsewhere.map(show) };
  }
  if (recent === undefined || !mayKnow(recent.location)) return null;
  return { ...head, status: 'ACCEPTED', type: null, location: recent.location, ...NOTHING_YET, acceptedAt: showInstant(recent.acceptedAt), elsewhere: [] };
}

/** Names another event, where the key may know its source. */
type Naming = (identity: EventIdentity | null) => EventIdentity | null;

const NOTHING_YET = {
  note: null,
  partition: null,
  offset: null,
  occurredAt: null,
  receivedAt: null,
  recordedAt: null,
  appliedAt: null,
  repeats: 0,
  decision: null,
  voids: null,
  voidedBy: null,
  ledger: [],
  revisions: [],
  changes: [],
  hops: [],
  exceptions: [],
  quarantined: [],
};

/** What a state means where its word alone would not say it. */
function noteOf({ state, movements, voidedBy }: EventStatus, isAccepted: boolean): string | null {
  if (voidedBy === null) return null;
  switch (state) {
    case 'TOMBSTONE':
      return isAccepted
        ? 'It is in the log, and its void has come before it: it will have no effect.'
        : 'It has not been seen yet. Its void waits for it: when it comes, it will have no effect.';
    case 'DISMISSED':
      return 'A person has decided that it has no effect.';
    case 'QUARANTINED':
      return 'It waits for a person, and its void has come: let through, it will have no effect.';
    case 'VOIDED':
      return movements.length === 0 ? 'Its void had come before it: it has no effect.' : 'It was taken back: the opposites of its rows stand at its own time.';
    default:
      return 'A void had come before it, and it is nothing that can be taken back: it has its effect.';
  }
}

function showStatus(status: EventStatus, { name, note }: { readonly name: Naming; readonly note: string | null }): object {
  const { state, location, partition, offset, repeats, movements, revisions, exceptions, changes, quarantined, voidedBy } = status;
  return {
    status: state,
    note,
    type: status.name === null ? null : wireType(status.name),
    location,
    partition,
    offset,
    occurredAt: showTime(status.occurredAt),
    receivedAt: showTime(status.receivedAt),
    recordedAt: showTime(status.recordedAt),
    appliedAt: showTime(status.appliedAt),
    repeats,
    decision: decisionIn(changes),
    voids: name(status.voids),
    voidedBy: name(voidedBy),
    // A row that stands elsewhere names whose place it is; one that others booked here names them.
    ledger: movements.map((row) => showMovement(row, { at: row.by === null ? null : name(row.of), by: null })),
    revisions: revisions.map((row) => showMovement(row, { at: null, by: name(row.by) })),
    changes: changes.flatMap(showChange),
    exceptions,
    quarantined: quarantined.map((row) => ({ ...row, recordedAt: showInstant(row.recordedAt) })),
  };
}

function showMovement(
  { of: _of, by: _by, occurredAt, ...row }: EventMovement,
  names: { readonly at: EventIdentity | null; readonly by: EventIdentity | null },
) {
  return { ...row, occurredAt: showInstant(occurredAt), ...names };
}

function showHop({ location, state, movements }: EventStatus['hops'][number]): object {
  return { location, status: state ?? 'UNDERWAY', ledger: movements.map((row) => showMovement(row, { at: null, by: null })) };
}

const showTime = (instant: Instant | null): string | null => (instant === null ? null : showInstant(instant));
