import { COMMAND_SOURCE, type Change, type ChangeNumber, type DecisionChange } from '@quayside/contracts';
import type { Publisher } from '@quayside/kafka';
import type { CommandState } from '@quayside/store';
import { refusal } from '../refusal.js';
import { commandId, commandRecord, type Command, type CommandRecord } from './commandRecord.js';
import type { OutcomeWaits } from './outcomeWaits.js';

/** Longest wait for an outcome, ms (architecture.md, "Live views"); undecided by then is an answer, not an error. */
export const OUTCOME_MS_MAX = 5_000;

/** Who gives a command, and under which key: with the same input it is the same command. */
export interface GivenBy {
  readonly actor: string;
  readonly idempotencyKey: string;
}
export interface Decided {
  readonly kind: 'decided';
  /** Where its rows stand. */
  readonly place: { readonly partition: number; readonly offset: number };
  readonly changes: readonly Change[];
  readonly decision: DecisionChange;
  /** A stream that has come here shows what the command did. */
  readonly streamCursor: string;
}
export type CommandOutcome =
  | Decided
  /** Kept in quarantine, without effect. */
  | { readonly kind: 'setAside'; readonly reason: string; readonly detail: string }
  /** Not within OUTCOME_MS_MAX: a stream from here on cannot miss it. */
  | { readonly kind: 'undecided'; readonly streamCursor: string }
  /** The key stands for another input. */
  | { readonly kind: 'mismatch' };

export interface CommandLogParts {
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly waits: OutcomeWaits<DecisionChange>;
  /** What Postgres has of a command, by partition. */
  readonly readStates: (asked: { source: string; id: string }) => Promise<readonly CommandState[]>;
  readonly showHead: () => string;
  /** The head of the stream, or what stands behind this number of a partition. */
  readonly showAfter: (partition: number, at: ChangeNumber) => string;
  readonly now: () => number;
  readonly outcomeMsMax?: number;
}

/** Appends commands to the log and tells what became of each: once, however often it is asked for (api.md, "GraphQL"). */
export class CommandLog {
  /** Commands on their way, by id: one that is given twice at once is one. */
  private readonly running = new Map<string, { readonly hash: string; readonly outcome: Promise<CommandOutcome> }>();

  constructor(private readonly parts: CommandLogParts) {}

  /** Throws UNAVAILABLE where the log did not take the record: it may still be there, and the same key finds it. */
  run(command: Command, { actor, idempotencyKey }: GivenBy): Promise<CommandOutcome> {
    const record = commandRecord(command, { id: commandId(actor, idempotencyKey), actor, now: this.parts.now() });
    const before = this.running.get(record.id);
    if (before !== undefined) return before.hash === record.hash ? before.outcome : Promise.resolve({ kind: 'mismatch' });
    const outcome = this.take(record).finally(() => this.running.delete(record.id));
    this.running.set(record.id, { hash: record.hash, outcome });
    return outcome;
  }

  private async take(record: CommandRecord): Promise<CommandOutcome> {
    const known = await this.find(record);
    if (known !== null) return known;
    const streamCursor = this.parts.showHead();
    await this.append(record);
    // Undecided: from the position before, no stream can miss what is still to come.
    return (await this.find(record)) ?? { kind: 'undecided', streamCursor };
  }

  private async append({ id, hash: _hash, ...record }: CommandRecord): Promise<void> {
    const { publisher, waits, outcomeMsMax = OUTCOME_MS_MAX } = this.parts;
    const { outcome, giveUp } = waits.await(id, { timeoutMs: outcomeMsMax });
    try {
      await publisher.publish('events', [record]);
    } catch (cause) {
      giveUp();
      throw unavailable(cause);
    }
    await outcome;
  }

  /** What Postgres has of it; null while it has nothing. An id that stands at another location, or for other content, is another command's. */
  private async find({ id, hash, partition }: CommandRecord): Promise<CommandOutcome | null> {
    const states = await this.parts.readStates({ source: COMMAND_SOURCE, id });
    if (states.length === 0) return null;
    const own = states.find((state) => state.partition === partition && state.hash === hash);
    if (own === undefined) return { kind: 'mismatch' };
    if (own.setAside !== null) return { kind: 'setAside', ...own.setAside };
    return own.changes === null ? null : this.decided(own, own.changes);
  }

  private decided({ partition, offset, id }: CommandState, changes: readonly Change[]): Decided {
    const decision = changes[changes.length - 1];
    if (decision?.kind !== 'decision') throw new Error(`The outcome of command ${id} at ${partition}.${offset} does not end with a decision`);
    return { kind: 'decided', place: { partition, offset }, changes, decision, streamCursor: this.parts.showAfter(partition, [offset, changes.length - 1]) };
  }
}

/** What a caller is told when the log did not take a record; other causes are left as they are. */
export function unavailable(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return code === 'LOG_UNAVAILABLE' || code === 'QUEUE_FULL'
    ? refusal('UNAVAILABLE', 'The log did not take the command; give it again under the same key', { reason: code, retryable: true })
    : cause;
}
