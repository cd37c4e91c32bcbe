import type { Instant } from '@quayside/contracts';
import type { Visible } from '../visible.js';
import type { Command } from './commandRecord.js';
import type { InputReader } from './inputReader.js';
import type { InputError } from './userErrors.js';

/** A command read from its input, with the key it was given under, or every fault of the input. */
export type ReadCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly idempotencyKey: string }
  | { readonly kind: 'refused'; readonly userErrors: readonly InputError[] };

/** What reading an input looks at beside it. */
export interface Reading {
  readonly visible: Visible;
  /** Id of the user. */
  readonly actor: string;
  readonly now: Instant;
}

/** The command, unless its reader has found a fault. */
export function faultless({ faults }: InputReader, command: Command, idempotencyKey: string): ReadCommand {
  return faults.length > 0 ? { kind: 'refused', userErrors: faults } : { kind: 'command', command, idempotencyKey };
}
