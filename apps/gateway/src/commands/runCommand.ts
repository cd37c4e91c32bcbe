import type { Level } from '@quayside/contracts';
import type { GatewayContext } from '../context.js';
import type { CommandLog, CommandOutcome, Decided } from './commandLog.js';
import { commanderOf } from './commander.js';
import type { ReadCommand, Reading } from './readCommand.js';
import { outcomeErrors, type UserError } from './userErrors.js';

export interface CommandRunning {
  readonly log: Pick<CommandLog, 'run'>;
  readonly now: () => number;
}
export interface CommandAnswer {
  /** Null where it was not decided (yet). */
  readonly outcome: Decided | null;
  /** The same, where the command had the effect that was asked for. */
  readonly done: Decided | null;
  /** What every payload tells. */
  readonly payload: { readonly streamCursor: string | null; readonly userErrors: readonly UserError[] };
}

/** Reads a command, gives it to the log, and waits for what becomes of it. */
export async function runCommand(
  { log, now }: CommandRunning,
  context: GatewayContext,
  read: (reading: Reading) => ReadCommand | Promise<ReadCommand>,
): Promise<CommandAnswer> {
  const { id: actor } = commanderOf(context);
  const asked = await read({ visible: context.visible, actor, now: now() });
  if (asked.kind === 'refused') return { outcome: null, done: null, payload: { streamCursor: null, userErrors: asked.userErrors } };
  const outcome = await log.run(asked.command, { actor, idempotencyKey: asked.idempotencyKey });
  const userErrors = outcomeErrors(outcome);
  const decided = outcome.kind === 'decided' ? outcome : null;
  return { outcome: decided, done: userErrors.length === 0 ? decided : null, payload: { streamCursor: cursorOf(outcome), userErrors } };
}

const cursorOf = (outcome: CommandOutcome): string | null => (outcome.kind === 'decided' || outcome.kind === 'undecided' ? outcome.streamCursor : null);

/** The newest version of each level that the command has changed. */
export function levelsOf({ changes }: Decided): Level[] {
  return changes.flatMap((change) => (change.kind === 'level' ? [change.level] : []));
}
