import { describe, expect, it } from '@jest/globals';
import { FrameBell } from '../live/FrameBell.js';
import type { Level, LevelBatch } from './level.js';
import { StockBoard } from './StockBoard.js';

const level = (given: Partial<Level>): Level => ({
  id: 'a',
  version: 1,
  sku: '10002',
  location: 'DC-1',
  onHand: 10,
  available: 10,
  reserved: 0,
  unsellable: 0,
  position: 10,
  reorderPoint: null,
  updatedAtMs: 0,
  ...given,
});
const batch = (kind: LevelBatch['kind'], objects: Level[], removedIds: string[] = []): LevelBatch => ({
  kind,
  cursor: 'c',
  complete: true,
  objects,
  removedIds,
  freshness: { state: 'LIVE', lagMs: 0 },
});

function boardWith(objects: Level[]) {
  const frames: (() => void)[] = [];
  const board = new StockBoard(new FrameBell((run) => frames.push(run)), () => 1_000);
  board.take(batch('SNAPSHOT', objects));
  return { board, frames };
}

describe('StockBoard', () => {
  it('flashes each figure that changed, with its difference, and no other', () => {
    const { board } = boardWith([level({})]);
    board.take(batch('DELTA', [level({ version: 2, onHand: 7, available: 7 })]));
    expect(board.levels.get('a')?.flashes).toEqual({ onHand: { atMs: 1_000, delta: -3 }, available: { atMs: 1_000, delta: -3 } });
  });

  it('does not flash what appears for the first time', () => {
    const { board } = boardWith([level({})]);
    expect(board.levels.get('a')?.flashes).toEqual({});
  });

  it('flashes a reorder point that is set without a difference', () => {
    const { board } = boardWith([level({})]);
    board.take(batch('DELTA', [level({ version: 2, reorderPoint: 40 })]));
    expect(board.levels.get('a')?.flashes).toEqual({ reorderPoint: { atMs: 1_000, delta: null } });
  });

  it('holds still while paused, counts the levels that changed, and catches up with one difference each', () => {
    const { board } = boardWith([level({}), level({ id: 'b' }), level({ id: 'gone' })]);
    board.pause();
    board.take(batch('DELTA', [level({ version: 2, onHand: 11 })]));
    board.take(batch('DELTA', [level({ version: 3, onHand: 15 }), level({ id: 'new' })], ['gone']));
    expect([board.levels.get('a')?.level.onHand, board.levels.has('new'), board.levels.has('gone')]).toEqual([10, false, true]);
    expect(board.missedCount).toBe(3);
    board.resume();
    expect([board.levels.get('a')?.level.onHand, board.levels.has('new'), board.levels.has('gone')]).toEqual([15, true, false]);
    expect(board.levels.get('a')?.flashes.onHand?.delta).toBe(5);
    expect([board.isPaused, board.missedCount]).toEqual([false, 0]);
  });

  it('tells listeners once a frame, whatever the number of batches', () => {
    const { board, frames } = boardWith([level({})]);
    let calls = 0;
    board.bell.listen(() => (calls += 1));
    for (let version = 2; version < 50; version += 1) board.take(batch('DELTA', [level({ version })]));
    expect(frames).toHaveLength(1);
    for (const frame of frames) frame();
    expect(calls).toBe(1);
  });

  it('gives a row a new object when its level changed, and the same one when another did', () => {
    const { board } = boardWith([level({}), level({ id: 'b' })]);
    const [a, b] = [board.levels.get('a'), board.levels.get('b')];
    board.take(batch('DELTA', [level({ version: 2, onHand: 9 })]));
    expect(board.levels.get('a')).not.toBe(a);
    expect(board.levels.get('b')).toBe(b);
  });
});
