import { describe, expect, it } from '@jest/globals';
import { decodeEventRecord } from '@quayside/contracts';
import { commandRecord } from './commandRecord.js';
import { readAdjustStock } from './readAdjustStock.js';
import type { ReadCommand, Reading } from './readCommand.js';
import { readRecordCount } from './readRecordCount.js';
import { readReserveStock } from './readReserveStock.js';

const now = 1_795_000_000_000;
const reading: Reading = { visible: { kind: 'some', locations: ['DC-1'] }, actor: 'olga', now };
const faults = (read: ReadCommand): string[] => (read.kind === 'refused' ? read.userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`) : []);
/** The event that inventory reads of a command. */
function eventOf(read: ReadCommand): unknown {
  if (read.kind === 'refused') return faults(read);
  return decodeEventRecord(Buffer.from(commandRecord(read.command, { id: 'id', actor: 'olga', now }).value)).event;
}

const change = { item: { sku: 'A' }, onHandDelta: -2, bucket: 'SELLABLE' };
const adjust = { idempotencyKey: 'k', location: { code: 'DC-1' }, changes: [change], reason: 'OPENING_BALANCE' };

describe('the input of adjustStock', () => {
  it('is a fact without an expectation', () => {
    const given = { ...adjust, note: 'found broken', changes: [{ ...change, bucket: 'DAMAGED', lot: 'L-1' }] };
    expect(eventOf(readAdjustStock(given, reading))).toMatchObject({
      name: 'stock.adjusted',
      reason: 'openingBalance',
      actor: 'olga',
      lines: [{ sku: 'A', delta: -2, bucket: 'damaged', lot: 'L-1' }],
    });
  });

  it('is a request with one, which stands for all changes of its item', () => {
    const given = {
      ...adjust,
      changes: [
        { ...change, expectedOnHand: 5 },
        { ...change, bucket: 'HOLD' },
      ],
    };
    expect(eventOf(readAdjustStock(given, reading))).toMatchObject({
      name: 'adjustment.requested',
      lines: [
        { sku: 'A', bucket: 'sellable', expectedOnHand: 5 },
        { sku: 'A', bucket: 'hold', expectedOnHand: 5 },
      ],
    });
  });

  it.each([
    [
      'an expectation for one item and none for another',
      {
        ...adjust,
        changes: [
          { ...change, expectedOnHand: 5 },
          { ...change, item: { sku: 'B' } },
        ],
      },
      ['BLANK input.changes.1.expectedOnHand'],
    ],
    ['no change', { ...adjust, changes: [] }, ['BLANK input.changes']],
    ['251 changes', { ...adjust, changes: Array.from({ length: 251 }, () => change) }, ['TOO_MANY input.changes']],
    ['a change of nothing', { ...adjust, changes: [{ ...change, onHandDelta: 0 }] }, ['INVALID input.changes.0.onHandDelta']],
    ['a change beyond what a line may carry', { ...adjust, changes: [{ ...change, onHandDelta: -1_000_000_001 }] }, ['INVALID input.changes.0.onHandDelta']],
    ['a blank lot', { ...adjust, changes: [{ ...change, lot: '' }] }, ['BLANK input.changes.0.lot']],
    ['no key', { ...adjust, idempotencyKey: '' }, ['BLANK input.idempotencyKey']],
    ['a key of 129 characters', { ...adjust, idempotencyKey: 'k'.repeat(129) }, ['TOO_LONG input.idempotencyKey']],
    ['a time over a day ahead', { ...adjust, occurredAt: now + 24 * 3_600_000 + 1 }, ['INVALID input.occurredAt']],
    ['a location that may not be seen', { ...adjust, location: { code: 'DC-2' } }, ['NOT_FOUND input.location']],
    ['a note of 1,001 characters', { ...adjust, note: 'n'.repeat(1_001) }, ['TOO_LONG input.note']],
  ])('is refused with %s', (_name, given, expected) => {
    expect(faults(readAdjustStock(given, reading))).toEqual(expected);
  });
});

const count = { idempotencyKey: 'k', item: { sku: 'A' }, location: { code: 'DC-1' }, counted: 0 };

describe('the input of recordCount', () => {
  it('is an observation of one key', () => {
    expect(eventOf(readRecordCount({ ...count, lot: 'L-1', countedAt: now - 5 }, reading))).toMatchObject({
      name: 'stock.counted',
      occurredAt: now - 5,
      lines: [{ sku: 'A', counted: 0, bucket: 'sellable', lot: 'L-1' }],
    });
  });

  it.each([
    ['less than nothing', { ...count, counted: -1 }, ['INVALID input.counted']],
    ['more than a line may carry', { ...count, counted: 1_000_000_001 }, ['INVALID input.counted']],
  ])('is refused with %s', (_name, given, expected) => {
    expect(faults(readRecordCount(given, reading))).toEqual(expected);
  });
});

const reserve = { idempotencyKey: 'k', reference: 'R-1', location: { code: 'DC-1' }, lines: [{ item: { sku: 'A' }, quantity: 2 }] };

describe('the input of reserveStock', () => {
  it('numbers its lines by their place, and says what happens to what does not fit', () => {
    const given = { ...reserve, orderNumber: 'SO-1', expiresAt: now + 60_000, lines: [...reserve.lines, { item: { sku: 'B' }, quantity: 1 }] };
    expect(eventOf(readReserveStock(given, reading))).toMatchObject({
      name: 'reservation.requested',
      reservation: 'R-1',
      order: 'SO-1',
      policy: 'ALL_OR_NOTHING',
      expiresAt: now + 60_000,
      lines: [
        { line: 1, sku: 'A', quantity: 2 },
        { line: 2, sku: 'B', quantity: 1 },
      ],
    });
  });

  it.each([
    ['no line', { ...reserve, lines: [] }, ['BLANK input.lines']],
    ['251 lines', { ...reserve, lines: Array.from({ length: 251 }, () => reserve.lines[0]) }, ['TOO_MANY input.lines']],
    ['a line of nothing', { ...reserve, lines: [{ item: { sku: 'A' }, quantity: 0 }] }, ['INVALID input.lines.0.quantity']],
    ['no reference', { ...reserve, reference: ' ' }, ['BLANK input.reference']],
    ['a blank order', { ...reserve, orderNumber: '' }, ['BLANK input.orderNumber']],
  ])('is refused with %s', (_name, given, expected) => {
    expect(faults(readReserveStock(given, reading))).toEqual(expected);
  });
});
