import type { Readable } from 'node:stream';
import { encodeEnvelope, partitionOf } from '@quayside/contracts';
import { isAllowed, type ApiKey, type ApiKeys } from '@quayside/service';
import { admit, eventFormat, hasEventHeaders, settleRepeats, type AdmittedItem, type EventFormat, type Refusal, type SettledItem } from '@quayside/standards';
import type { DoorMetrics } from './doorMetrics.js';
import { appendFailure, type EventLog, type LogEntry } from './eventLog.js';
import { answerEvents, answerRefusal, type Answer } from './eventsAnswer.js';
import type { Flight, FlightWindow } from './flightWindow.js';
import { readBody } from './readBody.js';
import type { RecentEvents } from './recentEvents.js';

export interface DoorParts {
  readonly log: EventLog;
  readonly keys: ApiKeys;
  readonly recent: RecentEvents;
  readonly window: FlightWindow;
  readonly metrics: DoorMetrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface DoorRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
  readonly requestId: string;
}

/** Takes events in: who asks, what they sent, into the log, and only then the answer. */
export class EventDoor {
  constructor(private readonly parts: DoorParts) {}

  /** Answers one POST of events. Rejects only for what nobody expects; everything else is an answer. */
  async take(request: DoorRequest): Promise<Answer> {
    const { headers } = request;
    const key = this.parts.keys.find(text(headers['authorization']), this.parts.now());
    if (key === null) return this.refuse(request, { code: 'unauthenticated', detail: 'the request carries no API key that is valid' });
    const format = eventFormat(text(headers['content-type']), hasEventHeaders(headers));
    if (format === null)
      return this.refuse(
        request,
        isEmpty(headers) ? { code: 'empty-body', detail: 'the request has no body' } : { code: 'unsupported-media-type', detail: mediaTypeDetail(headers) },
      );
    const flight = this.parts.window.open();
    if (flight === null) return this.refuse(request, { code: 'overloaded', detail: 'as many requests as this process may hold are being taken in' });
    try {
      return await this.takeBody(request, { key, format, flight });
    } finally {
      flight.close();
    }
  }

  private async takeBody(request: DoorRequest, { key, format, flight }: { key: ApiKey; format: EventFormat; flight: Flight }): Promise<Answer> {
    const reading = await readBody(request.body, request.headers, flight);
    if (reading.kind === 'refused') {
      const answer = this.refuse(request, reading.refusal);
      return reading.isCut ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer;
    }
    const admission = admit({ body: reading.bytes, format, headers: request.headers, receivedAt: this.parts.now(), sender: key.id });
    if (admission.kind === 'refused') return this.refuse(request, admission.refusal);
    const allowed = admission.items.map((item) => withinScope(item, key));
    const settled = settleRepeats(allowed, (identity) => this.parts.recent.hashOf(identity));
    const failure = await this.append(settled);
    const items = failure === null ? settled : settled.map((item) => (item.kind === 'refused' ? item : refuseAccepted(item, failure)));
    this.parts.metrics.settled(items);
    const answer = answerEvents(items, { isBatch: admission.isBatch, requestId: request.requestId });
    if (failure === null || answer.status !== 207) return answer;
    // Some were invalid anyway; still the caller has to send the rest again, and 503 says so to every client.
    const whole = answerRefusal(failure, request.requestId);
    return { ...whole, body: { ...whole.body, ...('results' in answer.body ? { results: answer.body.results } : {}) } };
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
      await this.parts.log.append(taken.map(toEntry));
    } catch (cause) {
      const failure = appendFailure(cause);
      if (failure === null) throw cause;
      return failure === 'QUEUE_FULL'
        ? { code: 'overloaded', detail: 'the log takes events slower than they come' }
        : { code: 'log-unavailable', detail: 'the event log did not confirm in time' };
    } finally {
      stop();
    }
    for (const { envelope } of taken) this.parts.recent.remember(envelope.event, envelope.hash);
    return null;
  }

  private refuse(request: DoorRequest, refusal: Refusal): Answer {
    this.parts.metrics.refused(refusal.code);
    return answerRefusal(refusal, request.requestId);
  }
}

type TakenItem = Exclude<SettledItem, { kind: 'refused' }>;

function toEntry({ envelope, location }: TakenItem): LogEntry {
  return { partition: partitionOf(location), key: location, value: encodeEnvelope(envelope) };
}

function withinScope(item: AdmittedItem, key: ApiKey): AdmittedItem {
  if (item.kind === 'refused') return item;
  const { source } = item.envelope.event;
  if (!isAllowed(key.sources, source))
    return refuseAccepted(item, { code: 'source-not-allowed', detail: 'this key may not send for this source', pointer: '/source', value: source });
  if (isAllowed(key.locations, item.location)) return item;
  return refuseAccepted(item, {
    code: 'location-not-allowed',
    detail: 'this key may not send for this location',
    pointer: '/data/location',
    value: item.location,
  });
}

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
