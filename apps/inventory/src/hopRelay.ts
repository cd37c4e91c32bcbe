import { encodeEnvelope, partitionOf, type Hop } from '@quayside/contracts';
import type { OutgoingRecord } from '@quayside/kafka';
import type { OutcomeRange } from '@quayside/store';

export interface HopPorts {
  readonly store: {
    readHops(range: OutcomeRange): Promise<{ readonly hops: readonly Hop[]; readonly upTo: number }>;
    advanceHops(partition: number, to: number): Promise<void>;
  };
  readonly log: { publish(role: 'events', records: readonly OutgoingRecord[]): Promise<void> };
  readonly sleep: (ms: number) => Promise<void>;
  readonly onFault: (partition: number, cause: unknown) => void;
}

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5_000;

/**
 * Sends a partition's hops from their stored position on: a stream of its own beside the changes, so that a target
 * that cannot be written holds up nobody else. Hops carry their identity; sent twice, they take effect once.
 */
export class HopRelay {
  private goal: number;
  private working: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly partition: number,
    private position: number,
    private readonly ports: HopPorts,
  ) {
    this.goal = position;
  }

  /** Everything below `goal` is committed. `owesHops`: whether there is a hop between here and the last goal. */
  reach(goal: number, owesHops: boolean): void {
    if (!owesHops && this.working === null && this.position === this.goal) this.position = goal;
    this.goal = Math.max(this.goal, goal);
    if (this.position < this.goal && this.working === null && !this.stopped) {
      this.working = this.work().finally(() => {
        this.working = null;
      });
    }
  }

  /** Up to where hops are known to be sent. */
  get sentTo(): number {
    return this.position;
  }

  stop(): void {
    this.stopped = true;
  }

  private async work(): Promise<void> {
    for (let backoffMs = BACKOFF_MS_MIN; this.position < this.goal && !this.stopped;) {
      try {
        const { hops, upTo } = await this.ports.store.readHops({ partition: this.partition, from: this.position, to: this.goal });
        await this.ports.log.publish('events', hops.map(toRecord));
        await this.ports.store.advanceHops(this.partition, upTo);
        this.position = upTo;
        backoffMs = BACKOFF_MS_MIN;
      } catch (cause) {
        if (this.stopped) return;
        this.ports.onFault(this.partition, cause);
        await this.ports.sleep(backoffMs);
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MS_MAX);
      }
    }
  }
}

const toRecord = ({ location, envelope }: Hop): OutgoingRecord => ({ partition: partitionOf(location), key: location, value: encodeEnvelope(envelope) });
