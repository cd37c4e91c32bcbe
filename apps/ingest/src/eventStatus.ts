import { available, onHand, showInstant, wireType, type Change, type Instant } from '@quayside/contracts';
import { isAllowed, type ApiKey } from '@quayside/service';
import { identityKey, type Refusal } from '@quayside/standards';
import type { AskedEvent, EventMovement, EventStatus } from '@quayside/store';
import type { Callers } from './callers.js';
import { answerRefusal, answerValue, eventHref, type Answer } from './eventsAnswer.js';
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
  const show = (status: EventStatus): object => ({ ...showStatus(status), hops: status.hops.filter(({ location }) => mayKnow(location)).map(showHop) });
  if (first !== undefined) {
    const acceptedAt = recent === undefined ? null : showInstant(recent.acceptedAt);
    return { ...head, ...show(first), acceptedAt, elsewhere: elsewhere.map(show) };
  }
  if (recent === undefined || !mayKnow(recent.location)) return null;
  return { ...head, status: 'ACCEPTED', type: null, location: recent.location, ...NOTHING_YET, acceptedAt: showInstant(recent.acceptedAt), elsewhere: [] };
}

const NOTHING_YET = {
  partition: null,
  offset: null,
  occurredAt: null,
  receivedAt: null,
  recordedAt: null,
  appliedAt: null,
  repeats: 0,
  ledger: [],
  changes: [],
  hops: [],
  exceptions: [],
  quarantined: [],
};

function showStatus(status: EventStatus): object {
  const { state, name, location, partition, offset, repeats, movements, exceptions, changes, quarantined } = status;
  return {
    status: state,
    type: name === null ? null : wireType(name),
    location,
    partition,
    offset,
    occurredAt: showTime(status.occurredAt),
    receivedAt: showTime(status.receivedAt),
    recordedAt: showTime(status.recordedAt),
    appliedAt: showTime(status.appliedAt),
    repeats,
    ledger: movements.map(showMovement),
    changes: changes.map(showChange),
    exceptions,
    quarantined: quarantined.map((row) => ({ ...row, recordedAt: showInstant(row.recordedAt) })),
  };
}

const showMovement = (movement: EventMovement): object => ({ ...movement, occurredAt: showInstant(movement.occurredAt) });

function showHop({ location, state, movements }: EventStatus['hops'][number]): object {
  return { location, status: state ?? 'UNDERWAY', ledger: movements.map(showMovement) };
}

const showTime = (instant: Instant | null): string | null => (instant === null ? null : showInstant(instant));

function showChange({ kind, level }: Change): object {
  return { kind, location: level.location, sku: level.sku, version: level.version, onHand: onHand(level), available: available(level) };
}
