import type { Gauge } from 'prom-client';
import type { HealthBoard } from './health.js';

/** What became of a partition; the same words as the loop that owns it. */
type PartitionState = { readonly kind: 'owned' | 'dropped' } | { readonly kind: 'failing' | 'halted'; readonly detail: string };

/** Shows the state of owned partitions on the health board and as a metric. A partition that fails or halts turns readiness red, with the reason. */
export class PartitionBoard {
  private readonly states = new Map<number, PartitionState['kind']>();

  constructor(
    private readonly health: HealthBoard,
    private readonly gauge: Gauge<'state'>,
  ) {}

  /** Partitions that are owned and at work. */
  owned(): readonly number[] {
    return [...this.states].flatMap(([partition, kind]) => (kind === 'owned' ? [partition] : []));
  }

  show(partition: number, state: PartitionState): void {
    const part = `partition ${partition}`;
    this.states.set(partition, state.kind);
    if (state.kind === 'dropped') {
      this.states.delete(partition);
      this.health.drop(part);
    } else if (state.kind === 'owned') this.health.up(part);
    else if ('detail' in state) this.health.down(part, `${state.kind}: ${state.detail}`);
    for (const kind of ['owned', 'failing', 'halted'] as const) {
      this.gauge.set({ state: kind }, [...this.states.values()].filter((each) => each === kind).length);
    }
  }
}
