import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Hub } from './live/hub.js';

/** What an operator sees of a gateway. */
export class GatewayMetrics {
  readonly eventVisibleSeconds: Histogram;
  readonly gaps: Counter<'topic' | 'healed'>;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.eventVisibleSeconds = new Histogram({
      name: 'quayside_gateway_event_visible_seconds',
      help: 'From an event being safe in the log to its change having reached this gateway',
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
      registers,
    });
    this.gaps = new Counter({
      name: 'quayside_gateway_gaps_total',
      help: 'Gaps in the numbers of a followed topic, and whether they were read from Postgres',
      labelNames: ['topic', 'healed'],
      registers,
    });
  }

  watch(hub: Hub): void {
    const registers = [this.registry];
    new Gauge({
      name: 'quayside_gateway_live_views',
      help: 'Distinct live views that have readers',
      registers,
      collect() {
        this.set(hub.channelCount);
      },
    });
    new Gauge({
      name: 'quayside_gateway_live_readers',
      help: 'Subscriptions being served',
      registers,
      collect() {
        this.set(hub.readerCount);
      },
    });
    new Gauge({
      name: 'quayside_gateway_live_executions',
      help: 'Executions of a document over a batch, since the start',
      registers,
      collect() {
        this.set(hub.executions);
      },
    });
  }
}
