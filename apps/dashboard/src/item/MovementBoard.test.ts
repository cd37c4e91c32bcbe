import { describe, expect, it } from '@jest/globals';
import { FrameBell } from '../live/FrameBell.js';
import type { LedgerRow } from './itemHistory.js';
import { MovementBoard, ROWS_MAX } from './MovementBoard.js';

const sentRow = (id: string) => ({
  id,
  location: { code: 'DC-1' },
  kind: 'RECEIVED',
  bucket: 'SELLABLE',
  delta: 3,
  onHandAfter: 3,
  reason: null,
  document: null,
  order: null,
  occurredAt: '2026-11-25T12:00:00.000Z',
  recordedAt: '2026-11-25T12:00:01.000Z',
  late: false,
  event: { eventId: `event-${id}` },
});
const batch = (ids: readonly string[], given: { kind?: string; cursor?: string } = {}): object => ({
  ledgerEntries: { kind: 'DELTA', cursor: 'c1', entries: ids.map(sentRow), ...given },
});
const rowOf = (id: string): LedgerRow => ({
  ...{ id, location: 'DC-1', kind: 'RECEIVED', bucket: 'SELLABLE', delta: 3, onHandAfter: 3, reason: null, document: null, order: null },
  ...{ occurredAtMs: 0, recordedAtMs: 0, late: false, event: `event-${id}` },
});
const newBoard = (): MovementBoard => new MovementBoard({}, new FrameBell((run) => run()));
const ids = (board: MovementBoard): string[] => board.read().map(({ id }) => id);
const many = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index}`);

describe('MovementBoard', () => {
  it('goes on from the first page, shows what comes on top, and no row twice', () => {
    const board = newBoard();
    board.addOlder({ rows: ['b', 'a'].map(rowOf), next: 'page-2', streamCursor: 'c0' });
    expect(board.stream.begin()).toBe('c0');
    board.stream.take(batch(['b', 'c', 'd']));
    expect(ids(board)).toEqual(['d', 'c', 'b', 'a']);
    expect([board.stream.begin(), board.next]).toEqual(['c1', 'page-2']);
  });

  it.each([
    ['the gateway says RESET', (board: MovementBoard) => board.stream.take(batch([], { kind: 'RESET', cursor: 'c9' })), 'c9'],
    ['its cursor is refused', (board: MovementBoard) => board.stream.forgetCursor(), null],
  ])('is empty, and asks to be begun again, when %s', (_when, lose, cursor) => {
    const board = newBoard();
    board.addOlder({ rows: [rowOf('a')], next: 'page-2', streamCursor: 'c0' });
    lose(board);
    expect([ids(board), board.next, board.generation, board.stream.begin()]).toEqual([[], null, 1, cursor]);
    board.addOlder({ rows: ['b', 'a'].map(rowOf), next: null, streamCursor: 'c10' });
    expect(ids(board)).toEqual(['b', 'a']);
  });

  it('keeps a bounded number of rows, and offers no older page where that would leave a hole', () => {
    const board = newBoard();
    board.addOlder({ rows: many('old', ROWS_MAX - 1).map(rowOf), next: 'page-2', streamCursor: 'c0' });
    expect(board.next).toBe('page-2');
    board.stream.take(batch(['x', 'y']));
    expect([board.read().length, ids(board).slice(0, 2), board.next, board.isFull]).toEqual([ROWS_MAX, ['y', 'x'], null, true]);
    board.addOlder({ rows: [rowOf('older')], next: null, streamCursor: 'c0' });
    expect(board.read()).toHaveLength(ROWS_MAX);
  });
});
