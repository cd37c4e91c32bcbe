import type { AtRisk, Instant } from '@quayside/contracts';

/** What a decision needs beside what is known. */
export interface Deciding {
  readonly partition: number;
  /** The wall clock: makes `detectionMs` and nothing else. */
  readonly now: Instant;
  /** How long a report may be late: NEGATIVE_ON_HAND opens when a level was negative for so long, ms. 0 opens it at once. */
  readonly latenessMs: number;
  /** Promises on oversold levels by levelKey, first promised first; absent where they were not read. */
  readonly atRisk?: ReadonlyMap<string, readonly AtRisk[]>;
}

/** A change, or the timer that it set, at its time. */
export interface DecidingAsOf extends Deciding {
  /** Of the change in `supply.events`. */
  readonly offset: number;
  /** Time of the log at which is judged: recordedAt of the change, or when the timer was due. */
  readonly asOf: Instant;
}
