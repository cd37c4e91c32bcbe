import { ALERT_KINDS } from '@quayside/contracts';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StepReport } from './alertingPorts.js';

/** What /metrics tells of alerting beside the process itself. */
export class AlertMetrics {
  private readonly opened: Counter<'kind'>;
  private readonly resolved: Counter<'kind'>;
  private readonly detection: Histogram<'kind'>;
  readonly registry = new Registry();
  readonly partitions = new Gauge({ name: 'quayside_alerting_partitions', help: 'Partitions by state', labelNames: ['state'], registers: [this.registry] });

  readonly notified = new Counter({
    name: 'quayside_webhooks_total',
    help: 'Tries to tell a webhook of an episode, by what became of them',
    labelNames: ['target', 'result'],
    registers: [this.registry],
  });

  constructor() {
    const kind: 'kind'[] = ['kind'];
    const registers = [this.registry];
    this.opened = new Counter({
      name: 'quayside_alerts_opened_total',
      help: 'Episodes that began to fire, for the first time or again within the cool-down',
      labelNames: kind,
      registers,
    });
    this.resolved = new Counter({ name: 'quayside_alerts_resolved_total', help: 'Episodes resolved', labelNames: kind, registers });
    this.detection = new Histogram({
      name: 'quayside_alert_detection_seconds',
      help: 'From the causing event being safe in the log to its episode being decided',
      labelNames: kind,
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
      registers,
    });
    for (const state of ['owned', 'failing', 'halted']) this.partitions.set({ state }, 0);
    // Shown from the start, so that "none yet" reads 0.
    for (const each of ALERT_KINDS) {
      this.opened.inc({ kind: each }, 0);
      this.resolved.inc({ kind: each }, 0);
    }
  }

  count({ opened, resolved }: StepReport): void {
    for (const { kind, detectionMs } of opened) {
      this.opened.inc({ kind });
      this.detection.observe({ kind }, detectionMs / 1000);
    }
    for (const { kind } of resolved) this.resolved.inc({ kind });
  }
}
