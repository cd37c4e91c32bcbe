import { partitionOf, type Level } from '@quayside/contracts';
import type { Publisher } from '@quayside/kafka';
import type { Viewer } from '@quayside/service';
import { refusal } from '../refusal.js';
import type { OutcomeWaits } from './outcomeWaits.js';
import { policyRecord } from './policyRecord.js';
import type { StockPolicy, UserError } from './readStockPolicy.js';

export interface SetStockPolicyPayload {
  /** Null while undecided after OUTCOME_MS_MAX. */
  readonly level: Level | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}
export interface PolicyCommandParts {
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly waits: OutcomeWaits;
  readonly showHead: () => string;
  readonly makeId: () => string;
  readonly now: () => number;
}

/** Longest wait for the outcome, ms (architecture.md, "Live views"); undecided by then is an answer, not an error. */
const OUTCOME_MS_MAX = 5_000;

/** Appends a policy to the log and waits for what inventory makes of it. */
export class PolicyCommand {
  constructor(private readonly parts: PolicyCommandParts) {}

  /** Throws UNAVAILABLE where the log did not take the record: it may still be there, and setting the same again is harmless. */
  async run(policy: StockPolicy, viewer: Viewer): Promise<SetStockPolicyPayload> {
    const { publisher, waits, showHead, makeId, now } = this.parts;
    const id = makeId();
    const partition = partitionOf(policy.location);
    const before = showHead();
    const { outcome, giveUp } = waits.await(id, OUTCOME_MS_MAX);
    try {
      await publisher.publish('events', [{ partition, key: policy.location, value: policyRecord(policy, { id, actor: viewer.id, at: now() }) }]);
    } catch (cause) {
      giveUp();
      throw unavailable(cause);
    }
    const level = await outcome;
    // Undecided: from the position before, no stream can miss what is still to come.
    return { level, streamCursor: level === null ? before : showHead(), userErrors: [] };
  }
}

function unavailable(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return code === 'LOG_UNAVAILABLE' || code === 'QUEUE_FULL'
    ? refusal('UNAVAILABLE', 'The log did not take the command; set it again', { reason: code })
    : cause;
}
