import { describe, expect, it } from '@jest/globals';
import { encodeNodeId } from '../nodeId.js';
import { readStockPolicy } from './readStockPolicy.js';

const visible = { kind: 'some', locations: ['DC-1'] } as const;
const read = (given: unknown) => readStockPolicy(given, { visible, actor: 'olga' }, 'k-1');
const input = { item: { sku: '10002' }, location: { code: 'DC-1' }, reorderPoint: 40 };
const faults = (given: unknown) => {
  const answer = read(given);
  return answer.kind === 'refused' ? answer.userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`) : [];
};

describe('the input of setStockPolicy', () => {
  it('keeps what is absent apart from what is taken away', () => {
    const data = { location: 'DC-1', sku: '10002', actor: 'olga' };
    expect(read(input)).toEqual({
      kind: 'command',
      idempotencyKey: 'k-1',
      command: { name: 'policy.set', at: { location: 'DC-1' }, data: { ...data, reorderPoint: 40 } },
    });
    expect(read({ ...input, reorderPoint: null, safetyStock: 0 })).toMatchObject({ command: { data: { ...data, reorderPoint: null, safetyStock: 0 } } });
  });

  it('takes ids in place of natural keys', () => {
    const byId = { ...input, item: { id: encodeNodeId({ kind: 'item', sku: '10002' }) }, location: { id: encodeNodeId({ kind: 'location', code: 'DC-1' }) } };
    expect(read(byId)).toEqual(read(input));
  });

  it.each([
    ['a location that the viewer may not see', { ...input, location: { code: 'DC-2' } }, ['NOT_FOUND input.location']],
    ['an id of something else', { ...input, item: { id: encodeNodeId({ kind: 'location', code: 'DC-1' }) } }, ['NOT_FOUND input.item']],
    ['a blank sku', { ...input, item: { sku: '  ' } }, ['BLANK input.item']],
    ['a sku of 257 characters', { ...input, item: { sku: 'x'.repeat(257) } }, ['TOO_LONG input.item']],
    ['a control character', { ...input, item: { sku: 'a\u0000b' } }, ['INVALID input.item']],
    ['half a character', { ...input, item: { sku: 'a\ud800' } }, ['INVALID input.item']],
    ['a negative reorder point', { ...input, reorderPoint: -1 }, ['INVALID input.reorderPoint']],
    ['a value beyond what a line may carry', { ...input, safetyStock: 1_000_000_001 }, ['INVALID input.safetyStock']],
    ['nothing to set', { item: input.item, location: input.location }, ['BLANK input']],
    [
      'several faults, told together',
      { item: { sku: '' }, location: { code: 'DC-2' }, reorderPoint: -1 },
      ['BLANK input.item', 'INVALID input.reorderPoint', 'NOT_FOUND input.location'],
    ],
  ])('is refused with %s', (_name, given, expected) => {
    expect(faults(given)).toEqual(expected);
  });
});
