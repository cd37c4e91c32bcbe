import { describe, expect, it } from '@jest/globals';
import { readConnectionEnd, waitBeforeRetryMs } from './connectionEnd.js';

describe('readConnectionEnd', () => {
  it.each([
    ['close 4403', { code: 4403, reason: 'Token expired' }, { kind: 'refused', reason: 'Token expired' }],
    ['close 1006', { code: 1006, reason: '' }, { kind: 'lost', reason: 'the gateway does not answer', isCursorSuspect: false }],
    ['close 1012', { code: 1012, reason: '' }, { kind: 'lost', reason: 'the gateway closed the connection (1012)', isCursorSuspect: false }],
    ['an error', new Error('nothing was heard'), { kind: 'lost', reason: 'nothing was heard', isCursorSuspect: false }],
    ['a GraphQL error', [{ message: 'Unknown cursor' }], { kind: 'lost', reason: 'Unknown cursor', isCursorSuspect: true }],
    ['a GraphQL refusal', [{ message: 'No', extensions: { code: 'UNAUTHENTICATED' } }], { kind: 'refused', reason: 'No' }],
    ['nothing', undefined, { kind: 'lost', reason: 'the connection failed', isCursorSuspect: false }],
  ])('reads %s', (_name, cause, end) => {
    expect(readConnectionEnd(cause)).toEqual(end);
  });
});

describe('waitBeforeRetryMs', () => {
  it('doubles up to ten seconds, and chance takes at most half away', () => {
    expect([1, 2, 3, 6, 60].map((attempt) => waitBeforeRetryMs(attempt, 1))).toEqual([500, 1_000, 2_000, 10_000, 10_000]);
    expect(waitBeforeRetryMs(1, 0)).toBe(250);
  });
});
