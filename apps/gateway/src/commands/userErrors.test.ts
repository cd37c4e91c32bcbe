import { describe, expect, it } from '@jest/globals';
import type { EventName } from '@quayside/contracts';
import { aDecision } from './aDecision.js';
import type { CommandOutcome } from './commandLog.js';
import { outcomeErrors } from './userErrors.js';

const decided = (given: Parameters<typeof aDecision>[0], name?: EventName): CommandOutcome => {
  const decision = aDecision(given, name);
  return { kind: 'decided', place: { partition: 0, offset: 1 }, changes: [decision], decision, streamCursor: 'c' };
};
const codes = (outcome: CommandOutcome): string[] => outcomeErrors(outcome).map(({ code, field }) => `${code} ${field?.join('.') ?? 'whole'}`);

describe('what a command came to is told', () => {
  it.each([
    ['nothing of one that was done', decided({ verdict: 'DONE' }), []],
    ['nothing of one that was done in part: the results say so', decided({ verdict: 'PARTLY' }), []],
    ['nothing of one that waits', decided({ verdict: 'WAITING' }), []],
    ['nothing of one that is undecided', { kind: 'undecided', streamCursor: 'c' } as const, []],
    ['an expectation that does not hold', decided({ verdict: 'STALE', current: [{ sku: 'A', onHand: 7 }] }), ['STALE whole']],
    [
      'what is missing, by line',
      decided({
        verdict: 'REJECTED',
        shortBy: [
          { line: 1, sku: 'A', quantity: 2 },
          { line: 3, sku: 'B', quantity: 1 },
        ],
      }),
      ['INSUFFICIENT_STOCK input.lines.0.quantity', 'INSUFFICIENT_STOCK input.lines.2.quantity'],
    ],
    ['a refusal without a shortage', decided({ verdict: 'REJECTED', detail: 'no' }), ['ILLEGAL_TRANSITION whole']],
    ['a reference that is taken', decided({ verdict: 'NO_EFFECT' }, 'reservation.requested'), ['ALREADY_EXISTS whole']],
    ['nothing left to do', decided({ verdict: 'NO_EFFECT' }, 'event.voided'), ['ILLEGAL_TRANSITION whole']],
    ['a key of another input', { kind: 'mismatch' } as const, ['IDEMPOTENCY_MISMATCH input.idempotencyKey']],
    ['a void of what cannot be taken back', { kind: 'setAside', reason: 'VOID_NOT_ALLOWED', detail: '' } as const, ['ILLEGAL_TRANSITION whole']],
    ['what was set aside', { kind: 'setAside', reason: 'OVERFLOW', detail: '' } as const, ['INVALID whole']],
  ])('%s', (_name, outcome, expected) => {
    expect(codes(outcome)).toEqual(expected);
  });

  it('with what is true now, where an expectation does not hold', () => {
    expect(outcomeErrors(decided({ verdict: 'STALE', current: [{ sku: 'A', onHand: 7 }] }))).toMatchObject([
      { __typename: 'StaleError', current: [{ sku: 'A', onHand: 7 }] },
    ]);
  });
});
