import { describe, expect, it } from '@jest/globals';
import { Fields } from '../wire/Fields.js';
import { OPEN_STAGES, readOrderNews, readStageCounts, sumOrders } from './orderBoard.js';

const count = (stage: string, n: number, late = 0, atRisk = 0) => ({ stage, count: n, late, atRisk });

describe('sumOrders', () => {
  it('lists each open stage, also without an order, and counts the rest as done', () => {
    const sums = sumOrders([count('RESERVED', 7, 2, 1), count('BACKORDERED', 1, 0, 1), count('SHIPPED', 40), count('CANCELLED', 2)]);
    expect(sums.open.map(({ stage }) => stage)).toEqual([...OPEN_STAGES]);
    expect(sums).toMatchObject({ openCount: 8, late: 2, atRisk: 2, doneCount: 42 });
  });
});

describe('readers of the order board', () => {
  it('read the counts', () => {
    expect(readStageCounts(Fields.of({ orderBoard: [count('HELD', 3, 1)] }, 'data'))).toEqual([count('HELD', 3, 1)]);
  });

  it('take a batch without orders for no news, and a RESET for some', () => {
    const batch = (kind: string, orders: object[], removedIds: string[] = []) => ({ orderChanges: { kind, cursor: 'c', orders, removedIds } });
    const isNews = (data: object): boolean => readOrderNews(data).isNews;
    expect([batch('DELTA', []), batch('DELTA', [{ id: 'a' }]), batch('DELTA', [], ['a']), batch('RESET', [])].map(isNews)).toEqual([false, true, true, true]);
  });
});
