import { describe, expect, it } from '@jest/globals';
import { FrameBell } from '../live/FrameBell.js';
import type { Alert, AlertBatch } from './alert.js';
import { AlertBoard, LEAVING_MS } from './AlertBoard.js';

const alert = (given: Partial<Alert>): Alert => ({
  id: 'a',
  version: 1,
  kind: 'LOW_STOCK',
  severity: 'WARNING',
  status: 'OPEN',
  title: '10002 low at DC-1',
  explanation: 'Position 3 is below the reorder point 5.',
  openedAtMs: 0,
  occurrences: 1,
  resolution: null,
  levelId: 'level',
  ...given,
});
const batch = (kind: AlertBatch['kind'], objects: Alert[], removedIds: string[] = []): AlertBatch => ({
  kind,
  cursor: 'c',
  complete: true,
  objects,
  removedIds,
  counts: { open: objects.length, critical: 0, warning: objects.length },
});

function boardThatHears(ended: Alert[] | Error) {
  const later: { run: () => void; delayMs: number }[] = [];
  const board = new AlertBoard({
    bell: new FrameBell((run) => run()),
    later: (run, delayMs) => later.push({ run, delayMs }),
    askEnded: () => (ended instanceof Error ? Promise.reject(ended) : Promise.resolve(ended)),
  });
  return { board, later };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('AlertBoard', () => {
  it('lists open alerts newest first', () => {
    const { board } = boardThatHears([]);
    board.take(batch('SNAPSHOT', [alert({ id: 'old', openedAtMs: 1 }), alert({ id: 'new', openedAtMs: 2 })]));
    expect(board.listed.map(({ id }) => id)).toEqual(['new', 'old']);
  });

  it('keeps an alert that left the stream for a while, says how it ended once that is known, and drops it', async () => {
    const { board, later } = boardThatHears([alert({ status: 'RESOLVED', resolution: 'BY_ITSELF', version: 2 })]);
    board.take(batch('SNAPSHOT', [alert({})]));
    board.take(batch('DELTA', [], ['a']));
    expect(board.leaving.get('a')?.how).toBe('unknown');
    await settled();
    expect(board.leaving.get('a')?.how).toBe('resolved');
    expect(board.listed).toHaveLength(1);
    expect(later.map(({ delayMs }) => delayMs)).toEqual([LEAVING_MS]);
    for (const { run } of later) run();
    expect([board.listed.length, board.leaving.size]).toEqual([0, 0]);
  });

  it.each([
    ['another one explains', 'INHIBITED', 'inhibited'],
    ['somebody looks after', 'ACKNOWLEDGED', 'acknowledged'],
    ['somebody has put off', 'SNOOZED', 'snoozed'],
  ] as const)('tells an alert that %s from one that is resolved', async (_name, status, how) => {
    const { board } = boardThatHears([alert({ status, version: 2 })]);
    board.take(batch('SNAPSHOT', [alert({})]));
    board.take(batch('DELTA', [], ['a']));
    await settled();
    expect(board.leaving.get('a')?.how).toBe(how);
  });

  it('drops it all the same when nobody can say how it ended', async () => {
    const { board, later } = boardThatHears(new Error('gateway away'));
    board.take(batch('SNAPSHOT', [alert({})]));
    board.take(batch('DELTA', [], ['a']));
    await settled();
    expect(board.leaving.get('a')?.how).toBe('unknown');
    for (const { run } of later) run();
    expect(board.listed).toEqual([]);
  });

  it('takes an alert that opens again out of those that leave', () => {
    const { board } = boardThatHears([]);
    board.take(batch('SNAPSHOT', [alert({})]));
    board.take(batch('DELTA', [], ['a']));
    board.take(batch('DELTA', [alert({ version: 3 })]));
    expect([board.leaving.size, board.listed.length]).toEqual([0, 1]);
  });

  it('shows no more than a handful leaving when a reconnect ends thousands', () => {
    const { board } = boardThatHears([]);
    board.take(
      batch(
        'SNAPSHOT',
        Array.from({ length: 5_000 }, (_, index) => alert({ id: String(index), openedAtMs: index })),
      ),
    );
    board.take(batch('SNAPSHOT', []));
    expect(board.listed).toHaveLength(20);
  });
});
