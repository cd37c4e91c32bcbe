import {
  compareNumbers,
  decodeNumbered,
  emptyLevel,
  encodeNumbered,
  levelKey,
  type Alert,
  type AlertCommand,
  type AtRisk,
  type Change,
  type ChangeNumber,
  type Instant,
  type Numbered,
} from '@quayside/contracts';
import type { LogRecord } from '@quayside/kafka';
import type { QuarantineBacklogRead } from '@quayside/store';
import type { AlertingPorts } from './alertingPorts.js';
import { MemoryAlertStore } from './memoryAlertStore.js';

export const PARTITION = 5;
export const NOW = Date.UTC(2026, 10, 22, 13, 4, 5);

/** A world of one partition in memory: inventory's outcomes, both topics, alerting's tables; tests break what they like. */
export class AlertingWorld {
  readonly store = new MemoryAlertStore();
  readonly changes: LogRecord[] = [];
  readonly alerts: string[] = [];
  readonly commands: LogRecord[] = [];
  /** Why commands had no effect. */
  readonly ignored: string[] = [];
  /** Promises on every level that is asked for. */
  atRisk: readonly AtRisk[] = [];
  /** Records that wait in the quarantine. */
  quarantine: { readonly offset: number; readonly recordedAt: Instant }[] = [];
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

  command(command: AlertCommand, appendedAt = this.now): void {
    this.commandRaw(JSON.stringify(command), appendedAt);
  }

  commandRaw(text: string, appendedAt = this.now): void {
    this.commands.push({ partition: PARTITION, offset: this.commands.length, appendedAt, key: null, value: new TextEncoder().encode(text) });
  }

  ports(stated: Partial<AlertingPorts> = {}): AlertingPorts {
    return {
      store: this.store,
      inventory: {
        nextOffset: async () => (this.committed.at(-1)?.at[0] ?? -1) + 1,
        // One event at a time, so that a gap takes several reads.
        read: async ({ from }) => ({ changes: this.committed.filter(({ at }) => at[0] === from), upTo: from + 1 }),
        atRisk: async ({ levels }) =>
          new Map(levels.flatMap(({ location, sku }) => (this.atRisk.length === 0 ? [] : [[levelKey(location, sku), this.atRisk]]))),
        backlog: async (_partition, setAsideBefore) => this.backlog(setAsideBefore),
      },
      publish: async (_partition, values) => void this.alerts.push(...values),
      now: () => this.now,
      sleep: async () => {},
      onCommitted: () => {},
      onIgnored: ({ why }) => void this.ignored.push(why),
      latenessMs: 0,
      targets: [],
      ...stated,
    };
  }

  private backlog(setAsideBefore: Instant): QuarantineBacklogRead {
    const waiting = this.quarantine.filter(({ recordedAt }) => recordedAt <= setAsideBefore);
    const oldest = waiting[0];
    return {
      waiting: waiting.length,
      oldest: oldest === undefined ? null : { ...oldest, reason: 'UNREADABLE', event: null },
      newestRecordedAt: waiting.at(-1)?.recordedAt ?? null,
      lastDecidedAt: oldest === undefined ? this.now : null,
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
export function aHistory(steps: readonly { readonly sku: string; readonly sellable: number; readonly reserved?: number }[]): Numbered<Change>[] {
  return steps.map(({ sku, sellable, reserved = 0 }, index) => {
    const updatedAt = NOW - 3_600_000 + index * 60_000;
    return {
      at: [100 + index * 2, 0],
      what: {
        kind: 'level',
        level: { ...emptyLevel('DC-1', sku), sellable, reserved, reorderPoint: 10, version: index + 1, updatedAt },
        cause: { source: '/wms/dc-1', id: `e${index}`, name: 'stock.shipped', occurredAt: updatedAt, receivedAt: updatedAt },
      },
    };
  });
}
