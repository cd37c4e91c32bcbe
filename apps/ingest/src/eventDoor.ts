import type { Readable } from 'node:stream';
import { encodeEnvelopeAround } from '@quayside/contracts';
import { isAllowed, type ApiKey } from '@quayside/service';
import {
  admit,
  eventFormat,
  hasEventHeaders,
  inOrderTerms,
  isOrderType,
  settleRepeats,
  type AdmittedItem,
  type EventFormat,
  type Refusal,
  type SettledItem,
} from '@quayside/standards';
import type { CallRefused, Callers } from './callers.js';
import type { DoorMetrics } from './doorMetrics.js';
import { dryRun, showDryRun } from './dryRun.js';
import { appendFailure, type EventLog, type LogEntry } from './eventLog.js';
import { EVENT_PARAMETERS, ORDER_PARAMETERS, readEventQuery, type EventQuery, type QueryParameter } from './eventQuery.js';
import { answerEvents, answerRefusal, answerRefusals, answerValue, sharedRefusal, type Answer } from './eventsAnswer.js';
import type { EventStore } from './eventStore.js';
import type { Flight, FlightWindow } from './flightWindow.js';
import { OwnedLocations } from './ownedLocations.js';
import { readBody } from './readBody.js';
import type { RecentEvents } from './recentEvents.js';
import { storeRefusal } from './storeRefusal.js';

export interface DoorParts {
  readonly log: EventLog;
  readonly store: EventStore;
  readonly callers: Callers;
  readonly recent: RecentEvents;
  readonly window: FlightWindow;
  readonly metrics: DoorMetrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface DoorRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  readonly requestId: string;
}

interface Taking {
  readonly request: DoorRequest;
  readonly key: ApiKey;
  readonly format: EventFormat;
  readonly query: EventQuery;
  readonly flight: Flight;
}

/** Takes events in: who asks, what they sent, into the log, and only then the answer. */
export class EventDoor {
  private readonly owners = new OwnedLocations();

  constructor(private readonly parts: DoorParts) {}

  /** Answers one POST of events. Rejects only for what nobody expects; everything else is an answer. */
  take(request: DoorRequest): Promise<Answer> {
    return this.enter(request, EVENTS);
  }

  /** Answers one POST of an order, which becomes an event like any other. */
  takeOrder(request: DoorRequest): Promise<Answer> {
    return this.enter(request, ORDER);
  }

  private async enter(request: DoorRequest, entrance: Entrance): Promise<Answer> {
    const { headers } = request;
    const calling = this.parts.callers.identify(headers);
    if (calling.kind === 'refused') return this.refuseCall(request, calling);
    const asked = readEventQuery(request.url, entrance.parameters);
    if (asked.kind === 'refused') return this.refuse(request, asked.refusal);
    const format = entrance.formatOf(headers);
    if (format === null)
      return this.refuse(
        request,
        isEmpty(headers) ? { code: 'empty-body', detail: 'the request has no body' } : { code: 'unsupported-media-type', detail: entrance.wantedType(headers) },
      );
    const flight = this.parts.window.open();
    if (flight === null) return this.refuse(request, { code: 'overloaded', detail: 'as many requests as this process may hold are being taken in' });
    try {
      return await this.takeBody({ request, key: calling.key, format, query: asked.query, flight });
    } finally {
      flight.close();
    }
  }

  private async takeBody(taking: Taking): Promise<Answer> {
    const { request, key, format, flight } = taking;
    const reading = await readBody(request.body, request.headers, flight);
    if (reading.kind === 'refused') {
      const answer = this.refuse(request, reading.refusal);
      return reading.isCut ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer;
    }
    const admission = admit({ body: reading.bytes, format, headers: request.headers, receivedAt: this.parts.now(), sender: key.id });
    const told = wordsOf(format);
    if (admission.kind === 'refused') return this.refuse(request, told(admission.refusal));
    const exceeded = this.parts.callers.countEvents(key, admission.items.length);
    if (exceeded !== null) return this.refuseCall(request, exceeded);
    const allowed = admission.items.map((item) => tell(withinScope(item, key), told));
    return taking.query.dryRun ? this.tryOut(allowed, taking, admission.isBatch) : this.accept(allowed, taking, admission.isBatch);
  }

  private async accept(allowed: readonly AdmittedItem[], { request, query, format }: Taking, isBatch: boolean): Promise<Answer> {
    const { recent, metrics } = this.parts;
    const { requestId } = request;
    const told = wordsOf(format);
    // What was refused before has its words already.
    const settled = settleRepeats(allowed, (identity) => recent.find(identity)?.hash).map((item, index) => (item === allowed[index] ? item : tell(item, told)));
    const withheld = query.atomic ? atomicRefusal(settled) : null;
    const failure = withheld ?? (await this.append(settled));
    const items = failure === null ? settled : refuseRest(settled, failure);
    metrics.settled(items);
    // After a failed append the caller has to send all again even where some were invalid anyway: 503 says so to every client.
    return failure === null || !isBatch ? answerEvents(items, { isBatch, requestId }) : answerRefusals(items, failure, requestId);
  }

  private async tryOut(allowed: readonly AdmittedItem[], { request, query }: Taking, isBatch: boolean): Promise<Answer> {
    const { store, recent, now } = this.parts;
    const { requestId } = request;
    try {
      const tried = await dryRun(allowed, { store, hashOf: (identity) => recent.find(identity)?.hash, now: now() });
      const withheld = query.atomic ? atomicRefusal(tried.items) : null;
      if (withheld !== null && isBatch) return answerRefusals(refuseRest(tried.items, withheld), withheld, requestId);
      return sharedRefusal(tried.items) === null ? answerValue(200, showDryRun(tried, requestId)) : answerEvents(tried.items, { isBatch, requestId });
    } catch (cause) {
      const refusal = storeRefusal(cause);
      if (refusal === null) throw cause;
      return this.refuse(request, refusal);
    }
  }

  /**
   * Puts everything that is not refused into the log, repeats too: their count is kept there, and a repeat then heals a log that
   * lost its first. Null once it is safe, else why it is not known to be.
   */
  private async append(items: readonly SettledItem[]): Promise<Refusal | null> {
    const taken = items.filter((item) => item.kind !== 'refused');
    if (taken.length === 0) return null;
    const stop = this.parts.metrics.timeAppend();
    try {
      await this.parts.log.append(taken.map((item) => this.toEntry(item)));
    } catch (cause) {
      const failure = appendFailure(cause);
      if (failure === null) throw cause;
      return failure === 'QUEUE_FULL'
        ? { code: 'overloaded', detail: 'the log takes events slower than they come' }
        : { code: 'log-unavailable', detail: 'the event log did not confirm in time' };
    } finally {
      stop();
    }
    const acceptedAt = this.parts.now();
    for (const { kind, envelope, identity, location } of taken) {
      if (kind === 'accepted') this.parts.recent.remember(identity, { hash: envelope.hash, acceptedAt, location: this.owners.of(location).code });
    }
    return null;
  }

  private toEntry({ envelope, text: eventText, location }: TakenItem): LogEntry {
    return { partition: this.owners.of(location).partition, key: location, value: encodeEnvelopeAround(envelope, eventText) };
  }

  private refuse(request: DoorRequest, refusal: Refusal): Answer {
    this.parts.metrics.refused(refusal.code);
    return answerRefusal(refusal, request.requestId);
  }

  private refuseCall(request: DoorRequest, { refusal, headers }: CallRefused): Answer {
    this.parts.metrics.refused(refusal.code);
    return answerRefusal(refusal, request.requestId, headers);
  }
}

/** A way in: what its requests look like. */
interface Entrance {
  readonly parameters: readonly QueryParameter[];
  /** Null where the Content-Type is none that it takes. */
  readonly formatOf: (headers: DoorRequest['headers']) => EventFormat | null;
  readonly wantedType: (headers: DoorRequest['headers']) => string;
}
const EVENTS: Entrance = {
  parameters: EVENT_PARAMETERS,
  formatOf: (headers) => eventFormat(text(headers['content-type']), hasEventHeaders(headers)),
  wantedType: mediaTypeDetail,
};
const ORDER: Entrance = {
  parameters: ORDER_PARAMETERS,
  formatOf: (headers) => (isOrderType(text(headers['content-type'])) ? 'order' : null),
  wantedType: () => 'an order comes as application/json',
};

type TakenItem = Exclude<SettledItem, { kind: 'refused' }>;

/** Why nothing of an atomic batch is taken; null where no event of it is refused. */
function atomicRefusal(items: readonly SettledItem[]): Refusal | null {
  const refused = items.flatMap((item) => (item.kind === 'refused' ? [item] : []));
  const [first] = refused;
  if (first === undefined) return null;
  return (
    sharedRefusal(items) ?? {
      code: 'rejected-with-batch',
      detail: `${refused.length} of ${items.length} events are refused, so none is taken; the first: ${first.refusal.detail}`,
    }
  );
}

const refuseRest = (items: readonly SettledItem[], refusal: Refusal): SettledItem[] =>
  items.map((item) => (item.kind === 'refused' ? item : refuseAccepted(item, refusal)));

function withinScope(item: AdmittedItem, key: ApiKey): AdmittedItem {
  if (item.kind === 'refused') return item;
  const { source } = item.envelope.event;
  if (!isAllowed(key.sources, source))
    return refuseAccepted(item, { code: 'source-not-allowed', detail: 'this key may not send for this source', pointer: '/source', value: source });
  const voided = item.voids?.source;
  if (voided !== undefined && !isAllowed(key.sources, voided))
    return refuseAccepted(item, {
      code: 'source-not-allowed',
      detail: 'this key may not take back events of this source',
      pointer: '/data/source',
      value: voided,
    });
  if (!isAllowed(key.locations, item.location)) return refuseAccepted(item, notAllowed('/data/location', item.location));
  return item.to === null || isAllowed(key.locations, item.to) ? item : refuseAccepted(item, notAllowed('/data/to', item.to));
}

/** How refusals are told to who sent this format. */
const wordsOf = (format: EventFormat): ((refusal: Refusal) => Refusal) => (format === 'order' ? inOrderTerms : (refusal) => refusal);

const tell = <Item extends SettledItem>(item: Item, told: (refusal: Refusal) => Refusal): Item =>
  item.kind === 'refused' ? { ...item, refusal: told(item.refusal) } : item;

const notAllowed = (pointer: string, value: string): Refusal => ({
  code: 'location-not-allowed',
  detail: 'this key may not send for this location',
  pointer,
  value,
});

function refuseAccepted({ envelope }: TakenItem, refusal: Refusal): Extract<AdmittedItem, { kind: 'refused' }> {
  return { kind: 'refused', id: envelope.event.id, source: envelope.event.source, refusal };
}

/** A request that names neither a type nor a length has no body at all: saying so helps more than speaking of its type. */
function isEmpty(headers: DoorRequest['headers']): boolean {
  return headers['content-type'] === undefined && headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}

function mediaTypeDetail(headers: DoorRequest['headers']): string {
  const sent = text(headers['content-type']);
  if (sent === undefined) return 'the request names no Content-Type';
  return /^application\/json/i.test(sent)
    ? 'application/json alone is no event: add ce- headers, or use application/cloudevents+json'
    : 'this Content-Type carries no events';
}

const text = (header: string | string[] | undefined): string | undefined => (typeof header === 'string' ? header : undefined);
