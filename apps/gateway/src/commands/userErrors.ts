import { assertNever, type DecisionChange } from '@quayside/contracts';
import type { CommandOutcome } from './commandLog.js';

export type UserErrorCode =
  | 'BLANK'
  | 'INVALID'
  | 'TOO_LONG'
  | 'TOO_MANY'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'STALE'
  | 'IDEMPOTENCY_MISMATCH'
  | 'ILLEGAL_TRANSITION'
  | 'INSUFFICIENT_STOCK';
/** The SDL's InputError. */
export interface InputError {
  readonly __typename: 'InputError';
  readonly code: UserErrorCode;
  /** Path into `input`; null when the whole request is meant. */
  readonly field: readonly string[] | null;
  readonly message: string;
}
/** The SDL's StaleError. */
interface StaleError {
  readonly __typename: 'StaleError';
  readonly code: 'STALE';
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly current: DecisionChange['current'];
}
export type UserError = InputError | StaleError;

/** A fault at a place inside `input`; null means the whole request. */
export const fault = (code: UserErrorCode, path: readonly string[] | null, message: string): InputError => ({
  __typename: 'InputError',
  code,
  field: path === null ? null : ['input', ...path],
  message,
});

/** What a command without the effect that was asked for is answered with; nothing for one that has it, or is undecided. */
export function outcomeErrors(outcome: CommandOutcome): readonly UserError[] {
  switch (outcome.kind) {
    case 'mismatch':
      return [fault('IDEMPOTENCY_MISMATCH', ['idempotencyKey'], 'This key was used with another input: take a new one for a new command')];
    case 'setAside':
      return [fault(outcome.reason === 'VOID_NOT_ALLOWED' ? 'ILLEGAL_TRANSITION' : 'INVALID', null, `It was set aside without effect: ${outcome.detail}`)];
    case 'undecided':
      return [];
    case 'decided':
      return decisionErrors(outcome.decision);
    default:
      return assertNever(outcome);
  }
}

function decisionErrors({ verdict, detail, current, shortBy, cause }: DecisionChange): readonly UserError[] {
  switch (verdict) {
    case 'DONE':
    case 'PARTLY':
    case 'WAITING':
      return [];
    case 'STALE':
      return [
        {
          __typename: 'StaleError',
          code: 'STALE',
          field: null,
          message: detail === '' ? 'onHand is not what was expected: read again and decide' : detail,
          current,
        },
      ];
    case 'REJECTED':
      return shortBy.length === 0
        ? [fault('ILLEGAL_TRANSITION', null, detail)]
        : shortBy.map(({ line, sku, quantity }) => fault('INSUFFICIENT_STOCK', ['lines', String(line - 1), 'quantity'], `${quantity} of ${sku} are missing`));
    case 'NO_EFFECT':
      return [
        fault(cause.name === 'reservation.requested' ? 'ALREADY_EXISTS' : 'ILLEGAL_TRANSITION', null, detail === '' ? 'There is nothing (more) to do' : detail),
      ];
    default:
      return assertNever(verdict);
  }
}
