import type { Alert, Change, ChangeNumber, Instant, Numbered } from '@quayside/contracts';
import type { AlertFence, AlertOutcomesRead, AlertsCommit, AlertsCommitted } from '@quayside/store';

export interface OffsetRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Alerting's own tables. */
export interface AlertStore {
  /** The fence, made at 0 where there was none. */
  startFence(partition: number): Promise<AlertFence>;
  readFence(partition: number): Promise<AlertFence | null>;
  /** The newest episode of each fingerprint that has one. */
  readEpisodes(asked: { readonly partition: number; readonly fingerprints: readonly string[] }): Promise<Alert[]>;
  commit(commit: AlertsCommit): Promise<AlertsCommitted>;
  readOutcomes(range: OffsetRange): Promise<AlertOutcomesRead>;
  readNumberBefore(partition: number, offset: number): Promise<ChangeNumber | null>;
  advancePublished(partition: number, to: number): Promise<void>;
}

/** What inventory has committed, read from the primary. */
export interface InventoryOutcomes {
  /** Offset in `supply.events` up to which the partition has been applied. */
  nextOffset(partition: number): Promise<number>;
  read(range: OffsetRange): Promise<{ readonly changes: readonly Numbered<Change>[]; readonly upTo: number }>;
}

/** Episodes that began to fire, for the first time or again within the cool-down, and those that resolved. */
export interface StepReport {
  readonly opened: readonly Alert[];
  readonly resolved: readonly Alert[];
}

/** Everything that alerting's work touches outside itself: real in main.ts, in memory in tests and in the simulator. */
export interface AlertingPorts {
  readonly store: AlertStore;
  readonly inventory: InventoryOutcomes;
  /** Appends records to one partition of `supply.alerts`, in order; resolves when they are safe. */
  readonly publish: (partition: number, values: readonly string[]) => Promise<void>;
  readonly now: () => Instant;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told what a step did, once it is committed; for metrics. */
  readonly onCommitted: (report: StepReport) => void;
}
