import type { LogLogger } from './connectLog.js';

export interface Safety {
  /** Throws an error with one of `haltCodes` where exactness cannot rest on what it found; any other error is a passing one. */
  readonly check: () => Promise<void>;
  readonly haltCodes: readonly string[];
  /** Begins to own partitions. */
  readonly own: () => Promise<{ close(): Promise<void> }>;
  readonly onState: (safe: boolean, detail: string) => void;
  readonly logger: LogLogger;
  /** Between two looks while all is well; CHECK_MS unless told. */
  readonly checkMs?: number;
}

/** A topic that is repartitioned or a Redis that begins to evict is noticed within this time. */
export const CHECK_MS = 10_000;
/** While nothing is owned yet: the next look comes soon. */
const RETRY_MS = 1_000;

/**
 * Owns partitions only while the conditions hold on which exactness rests (partition count, no compaction, no eviction);
 * where they do not, gives them up with the reason and goes on looking, so that mending them is enough.
 */
export function ownWhileSafe(safety: Safety): { close(): Promise<void> } {
  let owner: { close(): Promise<void> } | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();

  const lookOnce = async (): Promise<void> => {
    try {
      await safety.check();
      owner ??= await safety.own();
      safety.onState(true, 'safe');
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      if (!safety.haltCodes.includes((cause as { code?: string }).code ?? '')) {
        safety.logger.debug({ err: cause }, 'what exactness rests on could not be looked at');
        if (owner === null) safety.onState(false, detail);
        return;
      }
      safety.logger.error({ err: cause }, 'halted: exactness cannot rest on what was found');
      safety.onState(false, detail);
      const owning = owner;
      owner = null;
      await owning?.close().catch((fault: unknown) => safety.logger.warn({ err: fault }, 'giving partitions up did not end well'));
    }
  };
  const go = (): void => {
    round = lookOnce().finally(() => {
      if (!closed) timer = setTimeout(go, owner === null ? RETRY_MS : (safety.checkMs ?? CHECK_MS));
    });
  };
  go();
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await round;
      clearTimeout(timer);
      await owner?.close();
    },
  };
}
