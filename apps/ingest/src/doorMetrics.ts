import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ProblemCode, SettledItem } from '@quayside/standards';
import type { FlightWindow } from './flightWindow.js';

/** From 1 ms (a quiet local broker) to 2 s (the door has given up by then). */
const APPEND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

/** What the door tells Prometheus. */
export class DoorMetrics {
  /** Bound to their label: finding it again costs more than counting. */
  private readonly accepted: Counter.Internal;
  private readonly duplicates: Counter.Internal;
  private readonly rejected: Counter.Internal;
  private readonly refusals: Counter;
  private readonly appends: Histogram;

  constructor(registry: Registry, window: FlightWindow) {
    const registers = [registry];
    const events = new Counter({ registers, name: 'quayside_ingest_events_total', help: 'Events answered, by result', labelNames: ['result'] });
    this.refusals = new Counter({
      registers,
      name: 'quayside_ingest_refusals_total',
      help: 'Requests and events refused, by problem code',
      labelNames: ['problem'],
    });
    this.appends = new Histogram({
      registers,
      name: 'quayside_ingest_append_seconds',
      help: 'From asking the log to its acknowledgement, per request',
      buckets: APPEND_SECONDS,
    });
    const [accepted, duplicates, rejected] = [events.labels('accepted'), events.labels('duplicate'), events.labels('rejected')];
    for (const counter of [accepted, duplicates, rejected]) counter.inc(0);
    this.accepted = accepted;
    this.duplicates = duplicates;
    this.rejected = rejected;
    new Gauge({
      registers,
      name: 'quayside_ingest_requests_in_flight',
      help: 'Requests being taken in',
      collect() {
        this.set(window.requests);
      },
    });
    new Gauge({
      registers,
      name: 'quayside_ingest_bytes_in_flight',
      help: 'Bytes of bodies being held',
      collect() {
        this.set(window.bytes);
      },
    });
  }

  /** A whole request was refused. */
  refused(problem: ProblemCode): void {
    this.refusals.inc({ problem });
  }

  settled(items: readonly SettledItem[]): void {
    let accepted = 0;
    let duplicates = 0;
    for (const item of items) {
      if (item.kind === 'accepted') accepted++;
      else if (item.kind === 'repeated') duplicates++;
      else this.refusals.inc({ problem: item.refusal.code });
    }
    const rejected = items.length - accepted - duplicates;
    if (accepted > 0) this.accepted.inc(accepted);
    if (duplicates > 0) this.duplicates.inc(duplicates);
    if (rejected > 0) this.rejected.inc(rejected);
  }

  /** Starts the clock of one append; the answer stops it. */
  timeAppend(): () => void {
    return this.appends.startTimer();
  }
}
