import type { HealthBoard } from '@quayside/service';
import type { Reconciliation } from '@quayside/store';
import type { LastMinute } from './lastMinute.js';

type HealthState = 'OK' | 'DEGRADED' | 'DOWN';
export interface ServiceHealth {
  readonly name: string;
  readonly state: HealthState;
  readonly detail: string | null;
  readonly consumerLag: number | null;
}
/** The SDL's Health, but freshness. */
export interface HealthReport {
  readonly state: HealthState;
  readonly version: string;
  readonly services: readonly ServiceHealth[];
  readonly endToEndP50Ms: number | null;
  readonly endToEndP99Ms: number | null;
  readonly eventsPerSecond: number;
  readonly quarantined: number | null;
  readonly reconciliation: ReconciliationReport | null;
  readonly streamRetention: string;
}
/** The SDL's Reconciliation. */
export interface ReconciliationReport {
  readonly at: number;
  readonly levelsChecked: number;
  readonly mismatches: number;
  readonly repaired: number;
  readonly took: string;
}

/** Position of a processor: what it has applied, and where its topic ends, both over all partitions. */
export interface Progress {
  readonly applied: number;
  readonly end: number;
}
/** What is measured from outside, each on its own: one store that is away hides only its own numbers. */
export interface HealthProbes {
  readonly quarantined: () => Promise<number>;
  readonly inventory: () => Promise<Progress>;
  readonly alerting: () => Promise<Progress>;
  /** The services' own newest check; null before the first. */
  readonly reconciliation: () => Promise<Reconciliation | null>;
}
export interface HealthWatchParts {
  readonly probes: HealthProbes;
  readonly board: HealthBoard;
  readonly minute: LastMinute;
  readonly redis: () => { readonly up: boolean; readonly detail: string };
  readonly now: () => number;
  readonly version: string;
  /** How far back live views can be resumed, ms. */
  readonly retentionMs: () => number;
}

/** A number older than this is told as null, ms. */
const MEASURED_MS_MAX = 60_000;
/** Owners check once a minute: one that is older than two rounds says nothing of now, ms. */
const RECONCILED_MS_MAX = 120_000;
/** A processor with work to do that has not moved for this long is down, ms: a takeover after a kill takes 6 s at most (reliability.md, P2). */
const STANDSTILL_MS_MAX = 15_000;
/** More than this is told as DEGRADED: some seconds of work. */
const LAG_RECORDS_MAX = 20_000;

interface Measured<T> {
  readonly value: T;
  readonly at: number;
}
interface ProcessorMeasure extends Measured<Progress> {
  /** When it last moved or had nothing to do. */
  readonly movedAt: number;
}

/** Gathers what `health` tells. `sample` is called every few seconds; `report` answers from the last samples. */
export class HealthWatch {
  private quarantined: Measured<number> | null = null;
  private reconciliation: Measured<Reconciliation | null> | null = null;
  private readonly processors = new Map<'inventory' | 'alerting', ProcessorMeasure>();
  private readonly listeners = new Set<() => void>();
  /** How often was measured, ever. */
  measureCount = 0;

  constructor(private readonly parts: HealthWatchParts) {}

  /** Rejects with what could not be measured; the rest is kept. */
  async sample(): Promise<void> {
    const { probes } = this.parts;
    const results = await Promise.allSettled([
      this.sampleQuarantine(),
      this.sampleProcessor('inventory', probes.inventory),
      this.sampleProcessor('alerting', probes.alerting),
      this.sampleReconciliation(),
    ]);
    this.measureCount++;
    for (const listen of this.listeners) listen();
    const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${results.length} measurements failed`);
  }

  /** Calls `listen` after each round of measurements; returns how to end that. */
  onMeasure(listen: () => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }

  report(): HealthReport {
    const { minute, now, version } = this.parts;
    const at = now();
    const services = [this.gateway(), this.log(), this.postgres(), this.redis(), this.processor('inventory'), this.processor('alerting')];
    return {
      state: worstOf(services.map(({ state }) => state)),
      version,
      services,
      endToEndP50Ms: minute.quantile(at, 0.5),
      endToEndP99Ms: minute.quantile(at, 0.99),
      eventsPerSecond: minute.rate(at),
      quarantined: this.fresh(this.quarantined)?.value ?? null,
      reconciliation: this.reconciled(at),
      streamRetention: `PT${Math.floor(this.parts.retentionMs() / 1_000)}S`,
    };
  }

  private async sampleQuarantine(): Promise<void> {
    this.quarantined = { value: await this.parts.probes.quarantined(), at: this.parts.now() };
  }

  private async sampleReconciliation(): Promise<void> {
    this.reconciliation = { value: await this.parts.probes.reconciliation(), at: this.parts.now() };
  }

  private reconciled(at: number): ReconciliationReport | null {
    const found = this.fresh(this.reconciliation)?.value ?? null;
    if (found === null || at - found.at > RECONCILED_MS_MAX) return null;
    const { levelsChecked, mismatches, repaired, tookMs } = found;
    return { at: found.at, levelsChecked, mismatches, repaired, took: `PT${tookMs / 1_000}S` };
  }

  private async sampleProcessor(name: 'inventory' | 'alerting', probe: () => Promise<Progress>): Promise<void> {
    const value = await probe();
    const at = this.parts.now();
    const before = this.processors.get(name);
    const moved = before === undefined || value.applied !== before.value.applied || value.applied >= value.end;
    this.processors.set(name, { value, at, movedAt: moved ? at : before.movedAt });
  }

  private fresh<T extends Measured<unknown>>(measured: T | null | undefined): T | null {
    return measured != null && this.parts.now() - measured.at <= MEASURED_MS_MAX ? measured : null;
  }

  private gateway(): ServiceHealth {
    const { ready } = this.parts.board.report();
    return { name: 'gateway', state: ready ? 'OK' : 'DEGRADED', detail: ready ? null : 'not ready: see /health/ready', consumerLag: null };
  }

  private log(): ServiceHealth {
    const { changes, alerts } = this.parts.board.report().parts;
    const down = [changes, alerts].find((part) => part?.ready !== true);
    return { name: 'kafka', state: down === undefined ? 'OK' : 'DOWN', detail: down?.detail ?? null, consumerLag: null };
  }

  private postgres(): ServiceHealth {
    const { postgres } = this.parts.board.report().parts;
    return { name: 'postgres', state: postgres?.ready === true ? 'OK' : 'DOWN', detail: postgres?.detail ?? null, consumerLag: null };
  }

  /** Never more than DEGRADED: without it every answer comes from Postgres. */
  private redis(): ServiceHealth {
    const { up, detail } = this.parts.redis();
    return { name: 'redis', state: up ? 'OK' : 'DEGRADED', detail: up ? null : `answers come from Postgres: ${detail}`, consumerLag: null };
  }

  private processor(name: 'inventory' | 'alerting'): ServiceHealth {
    const measured = this.fresh(this.processors.get(name));
    if (measured === null) return { name, state: 'DEGRADED', detail: 'not measured within the last minute', consumerLag: null };
    const consumerLag = Math.max(0, measured.value.end - measured.value.applied);
    const stoodMs = measured.at - measured.movedAt;
    if (stoodMs >= STANDSTILL_MS_MAX) return { name, state: 'DOWN', detail: `has not moved for ${Math.round(stoodMs / 1_000)} s`, consumerLag };
    return consumerLag > LAG_RECORDS_MAX ? { name, state: 'DEGRADED', detail: 'is behind', consumerLag } : { name, state: 'OK', detail: null, consumerLag };
  }
}

const worstOf = (states: readonly HealthState[]): HealthState => (states.includes('DOWN') ? 'DOWN' : states.includes('DEGRADED') ? 'DEGRADED' : 'OK');
