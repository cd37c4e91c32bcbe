import type { SelfCheckResult, SelfCheckTurn } from '@quayside/store';

export interface SelfChecking {
  /** Partitions owned right now. */
  readonly partitions: () => readonly number[];
  readonly check: (partitions: readonly number[], turn: SelfCheckTurn) => Promise<SelfCheckResult>;
  readonly record: (result: SelfCheckResult) => Promise<void>;
  /** A mismatch is an incident: somebody has to hear of it. */
  readonly onMismatch: (result: SelfCheckResult) => void;
  readonly onFault: (cause: unknown) => void;
  readonly start: SelfCheckTurn;
  readonly everyMs: number;
}

/** A wrong value is to be found within 60 s (reliability.md, P21), with the time that a round takes. */
export const SELF_CHECK_MS = 45_000;

/** Checks what this process owns again and again: live levels against Postgres, and ledgers in turns. */
export function startSelfChecking(checking: SelfChecking): { close(): Promise<void> } {
  let turn = checking.start;
  let round = Promise.resolve();
  const once = async (): Promise<void> => {
    const partitions = checking.partitions();
    if (partitions.length === 0) return;
    try {
      const result = await checking.check(partitions, turn);
      turn = result.turn;
      await checking.record(result);
      if (result.mismatches > 0) checking.onMismatch(result);
    } catch (cause) {
      checking.onFault(cause);
    }
  };
  const timer = setInterval(() => {
    round = round.then(once);
  }, checking.everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      await round;
    },
  };
}
