import type { Instant } from '@quayside/contracts';

/** Where a record stands in the log. */
export interface LogPosition {
  readonly offset: number;
  /** The broker's append time. */
  readonly appendedAt: Instant;
  /** Running maximum of append times over the partition, this record's included. */
  readonly recordedAt: Instant;
}
