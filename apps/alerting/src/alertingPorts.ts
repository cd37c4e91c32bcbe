import type { Alert, AlertKind, AtRisk, Change, ChangeNumber, Instant, Numbered } from '@quayside/contracts';
import type { AlertFence, AlertOutcomesRead, AlertsCommit, AlertsCommitted, QuarantineBacklogRead, StoredTimer } from '@quayside/store';

export interface OffsetRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Fingerprints of one partition that are asked for. */
export interface AskedFingerprints {
  readonly partition: number;
  readonly fingerprints: readonly string[];
}

/** Alerting's own tables. */
export interface AlertStore {
  /** The fence, made at 0 where there was none. */
  startFence(partition: number): Promise<AlertFence>;
  readFence(partition: number): Promise<AlertFence | null>;
  /** The newest episode of each fingerprint that has one. */
  readEpisodes(asked: AskedFingerprints): Promise<Alert[]>;
  /** The timer of each fingerprint that has one. */
  readTimers(asked: AskedFingerprints): Promise<StoredTimer[]>;
  /** Timers that are due, first due first, a bounded number of them. */
  readDue(partition: number, now: Instant): Promise<StoredTimer[]>;
  /** When the next timer is due; null without any. */
  readNextDue(partition: number): Promise<Instant | null>;
  commit(commit: AlertsCommit): Promise<AlertsCommitted>;
  /** Positions of the outbox. */
  readOutcomes(range: OffsetRange): Promise<AlertOutcomesRead>;
  readNumberBefore(partition: number, offset: number): Promise<ChangeNumber | null>;
  advancePublished(partition: number, to: number): Promise<void>;
}

/** What inventory has committed, read from the primary. */
export interface InventoryReads {
  /** Offset in `supply.events` up to which the partition has been applied. */
  nextOffset(partition: number): Promise<number>;
  read(range: OffsetRange): Promise<{ readonly changes: readonly Numbered<Change>[]; readonly upTo: number }>;
  /** Promises that hold stock of these levels, by levelKey, first promised first. */
  atRisk(asked: {
    readonly partition: number;
    readonly levels: readonly { readonly location: string; readonly sku: string }[];
  }): Promise<ReadonlyMap<string, readonly AtRisk[]>>;
  /** What waits in the partition's quarantine and was set aside before a time. */
  backlog(partition: number, setAsideBefore: Instant): Promise<QuarantineBacklogRead>;
}

/** Episodes that began to fire, for the first time or again within the cool-down, and those that resolved. */
export interface StepReport {
  readonly opened: readonly Alert[];
  readonly resolved: readonly Alert[];
}

/** Who is told of episodes, and of which kinds; null: of all. */
export interface NotificationTarget {
  readonly name: string;
  readonly kinds: readonly AlertKind[] | null;
}

/** Everything that alerting's work touches outside itself: real in main.ts, in memory in tests and in the simulator. */
export interface AlertingPorts {
  readonly store: AlertStore;
  readonly inventory: InventoryReads;
  /** Appends records to one partition of `supply.alerts`, in order; resolves when they are safe. */
  readonly publish: (partition: number, values: readonly string[]) => Promise<void>;
  readonly now: () => Instant;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told what a step did, once it is committed; for metrics. */
  readonly onCommitted: (report: StepReport) => void;
  /** Told of a command that had no effect, and why. */
  readonly onIgnored: (facts: { readonly partition: number; readonly offset: number; readonly why: string }) => void;
  /** How long a report may be late before a negative level is believed, ms. */
  readonly latenessMs: number;
  readonly targets: readonly NotificationTarget[];
}
