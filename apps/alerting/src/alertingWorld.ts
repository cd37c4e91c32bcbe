import { compareNumbers, decodeNumbered, emptyLevel, encodeNumbered, type Alert, type Change, type ChangeNumber, type Numbered } from '@quayside/contracts';
import type { LogRecord } from '@quayside/kafka';
import type { AlertingPorts } from './alertingPorts.js';
import { MemoryAlertStore } from './memoryAlertStore.js';

export const PARTITION = 5;
export const NOW = Date.UTC(2026, 10, 22, 13, 4, 5);

/** A world of one partition in memory: inventory's outcomes, both topics, alerting's tables; tests break what they like. */
export class AlertingWorld {
  readonly store = new MemoryAlertStore();
  readonly changes: LogRecord[] = [];
  readonly alerts: string[] = [];
  now = NOW;
  /** Changes that inventory has committed, in order. */
  constructor(readonly committed: readonly Numbered<Change>[]) {}

  /** Appends a record to `supply.changes` with items from a place in `committed` on, as inventory would send it. */
  append(from: number, count: number): void {
    const after = this.committed[from - 1]?.at ?? null;
    this.appendRaw(new TextEncoder().encode(encodeNumbered({ v: 1, after, items: this.committed.slice(from, from + count) })));
  }

  appendRaw(value: Uint8Array): void {
    this.changes.push({ partition: PARTITION, offset: this.changes.length, appendedAt: NOW, key: null, value });
  }

  ports(stated: Partial<AlertingPorts> = {}): AlertingPorts {
    return {
      store: this.store,
      inventory: {
        nextOffset: async () => (this.committed.at(-1)?.at[0] ?? -1) + 1,
        // One event at a time, so that a gap takes several reads.
        read: async ({ from }) => ({ changes: this.committed.filter(({ at }) => at[0] === from), upTo: from + 1 }),
      },
      publish: async (_partition, values) => void this.alerts.push(...values),
      now: () => this.now,
      sleep: async () => {},
      onCommitted: () => {},
      ...stated,
    };
  }

  /** What a receiver of `supply.alerts` has in the end; throws when a number is missing on the way. */
  received(): Map<string, Alert> {
    const newest = new Map<string, Alert>();
    let last: ChangeNumber | null = null;
    for (const value of this.alerts) {
      const { after, items } = decodeNumbered<Alert>(new TextEncoder().encode(value));
      if (after !== null && (last === null || compareNumbers(after, last) > 0))
        throw new Error(`A gap before ${JSON.stringify(after)}: ${JSON.stringify(last)} came last`);
      for (const { at, what } of items) {
        if (last !== null && compareNumbers(at, last) <= 0) continue;
        if (what.version <= (newest.get(what.id)?.version ?? 0)) throw new Error(`${what.id} went back to version ${what.version}`);
        last = at;
        newest.set(what.id, what);
      }
    }
    return newest;
  }
}

/** Changes of levels with reorder point 10, one event each, a minute apart, at offsets with holes as repeats leave them. */
export function aHistory(steps: readonly { readonly sku: string; readonly sellable: number }[]): Numbered<Change>[] {
  return steps.map(({ sku, sellable }, index) => {
    const updatedAt = NOW - 3_600_000 + index * 60_000;
    return {
      at: [100 + index * 2, 0],
      what: {
        kind: 'level',
        level: { ...emptyLevel('DC-1', sku), sellable, reorderPoint: 10, version: index + 1, updatedAt },
        cause: { source: '/wms/dc-1', id: `e${index}`, name: 'stock.shipped', occurredAt: updatedAt, receivedAt: updatedAt },
      },
    };
  });
}
