import type { Bucket } from '@quayside/contracts';

/** The level that a finding is about. */
interface LevelAt {
  readonly partition: number;
  readonly location: string;
  readonly sku: string;
}
/** The record that a finding is about. */
interface RecordAt {
  readonly partition: number;
  readonly offset: number;
}

/** I1 and I3 (domain.md, "Identities") are broken: the rows of the ledger do not add up to the level. */
export type LedgerFinding =
  | ({ readonly kind: 'LEVEL_SUM'; readonly bucket: Bucket; readonly level: number; readonly ledger: number } & LevelAt)
  | ({ readonly kind: 'ON_HAND_AFTER'; readonly level: number; readonly ledger: number } & LevelAt)
  | ({ readonly kind: 'LEDGER_WITHOUT_LEVEL' } & LevelAt);

/** How a level in Redis differs from the one in Postgres. */
export type LiveFault =
  /** Same version, other numbers. */
  | 'DIFFERENT'
  /** A version that Postgres has already left behind, under a cursor that says otherwise. */
  | 'OLDER'
  /** A version that Postgres never had. */
  | 'AHEAD'
  /** Postgres has it, Redis does not, under a cursor that says that it does. */
  | 'MISSING'
  /** Redis has it, Postgres does not. */
  | 'EXTRA'
  /** What stands there is no level at all. */
  | 'UNREADABLE';

/** I8 is broken: Redis shows something else than Postgres. Values are those of onHand, null where there is no level. */
export type LiveFinding = {
  readonly kind: 'LIVE_LEVEL';
  readonly fault: LiveFault;
  readonly postgres: LevelShown | null;
  readonly redis: LevelShown | null;
} & LevelAt;

export interface LevelShown {
  readonly version: number;
  readonly onHand: number;
  readonly available: number;
}

/** The rows of a partition contradict each other about which records were taken and what they did. */
export type RecordFinding =
  | {
      readonly kind: 'RECORDS_ACCOUNTED';
      readonly partition: number;
      readonly nextOffset: number;
      readonly applied: number;
      readonly quarantined: number;
      readonly repeats: number;
    }
  | ({ readonly kind: 'EVENT_WITHOUT_KEY'; readonly source: string; readonly id: string } & RecordAt)
  | { readonly kind: 'KEYS_WITHOUT_EVENT'; readonly partition: number; readonly keys: number; readonly events: number; readonly released: number }
  | ({ readonly kind: 'QUARANTINE_WITHOUT_KEY'; readonly source: string; readonly id: string } & RecordAt)
  | ({ readonly kind: 'LEDGER_WITHOUT_EVENT' } & RecordAt)
  | ({ readonly kind: 'OUTCOME_COUNT'; readonly of: 'changes' | 'hops'; readonly said: number; readonly stored: number } & RecordAt)
  | ({ readonly kind: 'ABOVE_FENCE'; readonly nextOffset: number } & RecordAt)
  | {
      readonly kind: 'PUBLISHED_AHEAD';
      readonly partition: number;
      readonly stream: 'changes' | 'hops';
      readonly published: number;
      readonly nextOffset: number;
    }
  /** It was sent, the log of its target is applied to an end taken after that, and it is not among what was taken. */
  | ({ readonly kind: 'HOP_LOST'; readonly target: number; readonly id: string } & RecordAt);

/**
 * I2 (…_PROMISE), I4 (PROMISED_BEYOND_AVAILABLE), I6 (ORDER_LINE_SUM, ORDER_SUM: a header against its lines) is broken, or a
 * level says another number than the promises for it or their entries add up to.
 */
export interface PromiseFinding {
  readonly kind:
    | 'ORDER_PROMISE'
    | 'RESERVATION_PROMISE'
    | 'PROMISED_BEYOND_AVAILABLE'
    | 'ORDER_LINE_SUM'
    | 'ORDER_SUM'
    | 'RESERVED_SUM'
    | 'BACKORDERED_SUM'
    | 'RESERVED_ENTRIES';
  readonly partition: number;
  readonly location: string;
  /** Number of the order, reference of the reservation, or sku. */
  readonly subject: string;
  readonly line: number | null;
  readonly said: number;
  readonly found: number;
}

/** Something that must not be. */
export type AuditFinding = LedgerFinding | LiveFinding | RecordFinding | PromiseFinding;

/** Something that a person should know of, and that breaks no identity. */
export type AuditNotice =
  /** A void has waited for its target for longer than anything should be late. */
  | { readonly kind: 'VOID_UNMATCHED'; readonly partition: number; readonly source: string; readonly id: string; readonly offset: number }
  /** One id at two locations: both took effect, since which came first is not in the log (domain.md, "Verdicts"). */
  | { readonly kind: 'ID_AT_TWO_PARTITIONS'; readonly source: string; readonly id: string; readonly partitions: readonly [number, number] }
  /** Redis holds nothing valid for the partition, so everybody is answered from Postgres. */
  | { readonly kind: 'LIVE_VOID'; readonly partition: number; readonly levels: number }
  /** Redis is behind the fence: levels that changed since are not compared. */
  | { readonly kind: 'LIVE_BEHIND'; readonly partition: number; readonly cursor: number; readonly nextOffset: number; readonly undecided: number }
  /** Stock between two owners: it has left one location and is not yet at the other. */
  | { readonly kind: 'HOPS_UNDER_WAY'; readonly partition: number; readonly hops: number };
