import type { AtRisk, Instant, LevelChange } from '@quayside/contracts';
import type { Verdict } from './verdict.js';

/** What a rule about a level may know beside the level. */
export interface Situation {
  /** When the unresolved episode opened; null where there is none. */
  readonly openSince: Instant | null;
  /** How long a report may be late before what is missing is believed, ms. */
  readonly latenessMs: number;
  /** Promises on the level, first promised first; undefined where they were not read. */
  readonly atRisk: readonly AtRisk[] | undefined;
}

export type JudgeLevel = (change: LevelChange, situation: Situation) => Verdict;
