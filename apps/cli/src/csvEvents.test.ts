import { describe, expect, it } from '@jest/globals';
import { checkColumns, eventOfRow, type CsvDefaults } from './csvEvents.js';

const defaults: CsvDefaults = { fileName: 'day.csv', source: '/cli', type: 'stock.received' };
const read = (row: Record<string, string>, more: Partial<CsvDefaults> = {}) =>
  JSON.parse(eventOfRow(row, 7, { ...defaults, ...more })) as Record<string, unknown>;

describe('a CSV row', () => {
  it('becomes an event with one line; empty cells are absent', () => {
    expect(read({ location: 'DC-1', sku: '10002', quantity: '40', lot: '', time: '2026-11-22T13:04:05Z', purchaseOrder: 'PO-7' })).toEqual({
      specversion: '1.0',
      id: 'day.csv:7',
      source: '/cli',
      type: 'quayside.stock.received.v1',
      time: '2026-11-22T13:04:05Z',
      data: { location: 'DC-1', purchaseOrder: 'PO-7', lines: [{ sku: '10002', quantity: 40 }] },
    });
  });

  it('says who it is where it can', () => {
    expect(read({ id: 'x-1', source: '/wms/dc-1', type: 'quayside.stock.adjusted.v1', sku: 'A', delta: '-2', sequence: '9' })).toMatchObject({
      id: 'x-1',
      source: '/wms/dc-1',
      type: 'quayside.stock.adjusted.v1',
      sequence: 9,
      data: { lines: [{ delta: -2 }] },
    });
  });

  it('can be a count, an order of one line, an amendment, or an event without lines', () => {
    expect(read({ type: 'stock.counted', location: 'DC-1', count: 'CC-1', complete: 'true', sku: 'A', lot: 'L', counted: '0' })).toMatchObject({
      type: 'quayside.stock.counted.v1',
      data: { location: 'DC-1', count: 'CC-1', complete: true, lines: [{ sku: 'A', lot: 'L', counted: 0 }] },
    });
    expect(read({ type: 'order.placed', order: 'SO-1', priority: '2', policy: 'PARTIAL', line: '1', sku: 'A', quantity: '3' })).toMatchObject({
      data: { order: 'SO-1', priority: 2, policy: 'PARTIAL', lines: [{ line: 1, sku: 'A', quantity: 3 }] },
    });
    expect(read({ type: 'adjustment.requested', reason: 'found', actor: 'a', sku: 'A', delta: '1', expectedOnHand: '7' })).toMatchObject({
      data: { lines: [{ delta: 1, expectedOnHand: 7 }] },
    });
    expect(read({ type: 'order.cancelled', location: 'DC-1', order: 'SO-1', sku: '' })['data']).toEqual({ location: 'DC-1', order: 'SO-1' });
    expect(read({ type: 'stock.counted', complete: 'perhaps', sku: 'A', counted: '1' })).toMatchObject({ data: { complete: 'perhaps' } });
  });

  it('leaves what is no whole number to the door', () => {
    expect(read({ sku: 'A', quantity: '1.5' })).toMatchObject({ data: { lines: [{ quantity: '1.5' }] } });
    expect(read({ sku: 'A', quantity: '9007199254740993' })).toMatchObject({ data: { lines: [{ quantity: '9007199254740993' }] } });
  });

  it('is refused where nothing gives it an id or a type, and where a column is not known', () => {
    expect(() => read({ sku: 'A' }, { fileName: null })).toThrow('has no id');
    expect(() => read({ sku: 'A' }, { type: null })).toThrow('has no type');
    expect(() => checkColumns(['sku', 'qty'])).toThrow('qty');
  });
});
