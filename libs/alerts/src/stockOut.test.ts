import { describe, expect, it } from '@jest/globals';
import { DEMAND_MS, type LevelChange } from '@quayside/contracts';
import { aLevelChange, EXAMPLE_TIME } from './aLevelChange.js';
import { judgeStockOut } from './stockOut.js';

const judge = (change: LevelChange, openSince: number | null = null): ReturnType<typeof judgeStockOut> =>
  judgeStockOut(change, { openSince, latenessMs: 0, atRisk: undefined });
const updatedAt = EXAMPLE_TIME;

describe('STOCK_OUT', () => {
  it.each([
    ['fires when all that is there is promised', { sellable: 5, reserved: 5 }, 'firing'],
    ['fires on an empty shelf for which orders wait', { backordered: 3 }, 'firing'],
    ['fires on an empty shelf from which goods went 30 days ago', { updatedAt, lastOutboundAt: updatedAt - DEMAND_MS }, 'firing'],
    ['does not open on an empty shelf from which goods went longer ago', { updatedAt, lastOutboundAt: updatedAt - DEMAND_MS - 1 }, 'hold'],
    ['does not open on an empty shelf that nobody asks for', {}, 'hold'],
    ['clears with one piece', { sellable: 6, reserved: 5 }, 'clear'],
  ])('%s', (_title, level, kind) => {
    expect(judge(aLevelChange(level)).kind).toBe(kind);
  });

  it('is critical while orders want the goods, and a warning while they only went out lately', () => {
    expect(judge(aLevelChange({ backordered: 3 }))).toMatchObject({ severity: 'CRITICAL' });
    expect(judge(aLevelChange({ updatedAt, lastOutboundAt: updatedAt }))).toMatchObject({ severity: 'WARNING' });
  });

  it('says why, in words with the numbers', () => {
    expect(judge(aLevelChange({ sellable: 5, reserved: 5, backordered: 2 }))).toMatchObject({
      title: '10002 out of stock at DC-1: 0 available',
      explanation:
        '10002 out of stock at DC-1: 0 available. Available 0 = 5 sellable − 5 reserved; it came to this with shipment ship-981 at 13:04. ' +
        'Orders wait for 2. Closes above 0.',
    });
    expect(judge(aLevelChange({ sellable: 3, cause: { name: 'stock.received', id: 'rec-1' } }), EXAMPLE_TIME)).toEqual({
      kind: 'clear',
      closing: 'Closed with receipt rec-1 at 13:04: 3 available.',
    });
  });
});
