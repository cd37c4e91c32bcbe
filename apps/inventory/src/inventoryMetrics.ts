import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BatchReport } from './inventoryWork.js';

/** What inventory counts about itself. */
export class InventoryMetrics {
  readonly registry = new Registry();
  private readonly events = new Counter({
    name: 'quayside_inventory_events_total',
    help: 'Records taken from the log, by what became of them',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  private readonly batchSize = new Histogram({
    name: 'quayside_inventory_batch_events',
    help: 'Events applied in one transaction',
    buckets: [1, 10, 100, 500, 1000, 2000],
    registers: [this.registry],
  });
  private readonly latency = new Histogram({
    name: 'quayside_inventory_visible_seconds',
    help: 'From the append to the log until published as a change',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [this.registry],
  });
  readonly partitions = new Gauge({ name: 'quayside_inventory_partitions', help: 'Partitions by state', labelNames: ['state'], registers: [this.registry] });

  readonly refused = new Counter({
    name: 'quayside_inventory_refused_total',
    help: 'Batches that the fence refused: another owner was first',
    registers: [this.registry],
  });

  readonly mismatches = new Counter({
    name: 'quayside_inventory_mismatches_total',
    help: 'Levels that the self-check found wrong, in Redis or against their ledger',
    registers: [this.registry],
  });

  constructor(private readonly now: () => number) {}

  count(report: BatchReport): void {
    this.events.inc({ outcome: 'applied' }, report.applied);
    this.events.inc({ outcome: 'repeat' }, report.repeats);
    this.events.inc({ outcome: 'quarantined' }, report.quarantined);
    this.batchSize.observe(report.applied);
    const now = this.now();
    for (const receivedAt of report.receivedAt) this.latency.observe(Math.max(0, now - receivedAt) / 1000);
  }
}
