import { describe, expect, it } from '@jest/globals';
import { openQuantity } from '@quayside/contracts';
import { Story } from './story.js';

/** An order for 10, cancelled at each stage; behind it another one waits for 5 of the same. */
const lines = (quantity: number) => ({ lines: [{ line: 1, sku: 'A', quantity }] });
const received = (quantity: number) => (story: Story) => void story.tell('stock.received', { lines: [{ sku: 'A', quantity }] });
const placed =
  (policy = 'BACKORDER') =>
  (story: Story) =>
    void story.tell('order.placed', { order: 'SO-1', policy, ...lines(10) });
const shipped = (quantity: number) => (story: Story) => void story.tell('stock.shipped', { order: 'SO-1', ...lines(quantity) });
const held = (story: Story) => void story.tell('order.held', { order: 'SO-1', reason: 'address' });
const nextPlaced = (story: Story) => void story.tell('order.placed', { order: 'NEXT', ...lines(5) });
const cancelled = (story: Story) => story.tell('order.cancelled', { order: 'SO-1' });
const returned = (quantity: number) => (story: Story) => void story.tell('stock.returned', { order: 'SO-1', condition: 'sellable', ...lines(quantity) });

type Step = (story: Story) => void;
/** sellable, reserved, backordered of the level: what is reserved and waits then is all of NEXT. */
type Numbers = readonly [sellable: number, reserved: number, backordered: number];
interface Row {
  readonly stage: string;
  readonly before: readonly Step[];
  readonly verdict: 'DONE' | 'NO_EFFECT' | 'WAITING';
  /** Told after the cancel, where the order comes late. */
  readonly late?: Step;
  /** The order's line afterwards; what is not named is 0. */
  readonly line: Partial<Record<'cancelled' | 'rejected' | 'shipped' | 'consumed' | 'released' | 'withdrawn', number>>;
  readonly becomes: string;
  readonly returns: string;
  readonly nothing: Numbers;
  readonly receipt: Numbers;
  readonly return: Numbers;
  readonly both: Numbers;
}

// prettier-ignore
const TABLE: readonly Row[] = [
  { stage: 'before it is placed', before: [received(10)], late: placed(), verdict: 'WAITING',
    line: { cancelled: 10 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [10, 5, 0], receipt: [20, 5, 0], return: [13, 5, 0], both: [23, 5, 0] },
  { stage: 'reserved', before: [received(10), placed()], verdict: 'DONE',
    line: { cancelled: 10, released: 10 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [10, 5, 0], receipt: [20, 5, 0], return: [13, 5, 0], both: [23, 5, 0] },
  { stage: 'partly reserved, the rest waits', before: [received(4), placed()], verdict: 'DONE',
    line: { cancelled: 10, released: 4, withdrawn: 6 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [4, 4, 1], receipt: [14, 5, 0], return: [7, 5, 0], both: [17, 5, 0] },
  { stage: 'partly reserved, the rest refused', before: [received(4), placed('PARTIAL')], verdict: 'DONE',
    line: { cancelled: 4, rejected: 6, released: 4 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [4, 4, 1], receipt: [14, 5, 0], return: [7, 5, 0], both: [17, 5, 0] },
  { stage: 'backordered', before: [placed()], verdict: 'DONE',
    line: { cancelled: 10, withdrawn: 10 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [0, 0, 5], receipt: [10, 5, 0], return: [3, 3, 2], both: [13, 5, 0] },
  { stage: 'placed, waiting to be whole', before: [received(4), placed('ALL_OR_NOTHING')], verdict: 'DONE',
    line: { cancelled: 10, withdrawn: 10 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [4, 4, 1], receipt: [14, 5, 0], return: [7, 5, 0], both: [17, 5, 0] },
  { stage: 'held', before: [received(10), placed(), held], verdict: 'DONE',
    line: { cancelled: 10, released: 10 }, becomes: 'CANCELLED', returns: 'RETURNED',
    nothing: [10, 5, 0], receipt: [20, 5, 0], return: [13, 5, 0], both: [23, 5, 0] },
  { stage: 'partly shipped, the rest reserved', before: [received(10), placed(), shipped(3)], verdict: 'DONE',
    line: { cancelled: 7, shipped: 3, consumed: 3, released: 7 }, becomes: 'SHIPPED', returns: 'RETURNED',
    nothing: [7, 5, 0], receipt: [17, 5, 0], return: [10, 5, 0], both: [20, 5, 0] },
  { stage: 'partly shipped, the rest waits', before: [received(4), placed(), shipped(3)], verdict: 'DONE',
    line: { cancelled: 7, shipped: 3, consumed: 3, released: 1, withdrawn: 6 }, becomes: 'SHIPPED', returns: 'RETURNED',
    nothing: [1, 1, 4], receipt: [11, 5, 0], return: [4, 4, 1], both: [14, 5, 0] },
  { stage: 'shipped', before: [received(10), placed(), shipped(10)], verdict: 'NO_EFFECT',
    line: { shipped: 10, consumed: 10 }, becomes: 'SHIPPED', returns: 'PARTIALLY_RETURNED',
    nothing: [0, 0, 5], receipt: [10, 5, 0], return: [3, 3, 2], both: [13, 5, 0] },
];

const RESTOCKS = {
  nothing: { steps: [], title: 'nothing comes' },
  receipt: { steps: [received(10)], title: '10 are received' },
  return: { steps: [returned(3)], title: '3 come back' },
  both: { steps: [received(10), returned(3)], title: '10 are received and 3 come back' },
} as const;

describe('an order for 10 is cancelled, another one waits for 5:', () => {
  const cases = TABLE.flatMap((row) =>
    (['nothing', 'receipt', 'return', 'both'] as const).map((restock) => ({ ...row, row, restock, afterwards: RESTOCKS[restock].title })),
  );

  it.each(cases)('$stage; then $afterwards', ({ row, restock }) => {
    const story = new Story('DC-1');
    for (const step of row.before) step(story);
    if (row.late === undefined) nextPlaced(story);
    expect(cancelled(story)).toBe(row.verdict);
    row.late?.(story);
    if (row.late !== undefined) nextPlaced(story);
    for (const step of RESTOCKS[restock].steps) step(story);

    const line = story.line('SO-1');
    const hasReturn = restock === 'return' || restock === 'both';
    expect(line).toMatchObject({
      ordered: 10,
      cancelled: 0,
      rejected: 0,
      shipped: 0,
      consumed: 0,
      released: 0,
      withdrawn: 0,
      ...row.line,
      active: 0,
      backordered: 0,
    });
    expect([line.returned, line.overshipped, openQuantity(line)]).toEqual([hasReturn ? 3 : 0, 0, 0]);
    expect(story.order('SO-1').stage).toBe(hasReturn ? row.returns : row.becomes);
    const { sellable, reserved, backordered } = story.level('A');
    expect([sellable, reserved, backordered]).toEqual(row[restock]);
    const next = story.line('NEXT');
    expect([next.active, next.backordered]).toEqual([reserved, backordered]);
  });

  it('a second cancel has no effect, and what is cancelled is not revived by stock', () => {
    const story = new Story('DC-1');
    placed()(story);
    expect([cancelled(story), cancelled(story)]).toEqual(['DONE', 'NO_EFFECT']);
    received(100)(story);
    expect(story.order('SO-1').stage).toBe('CANCELLED');
    expect(story.level('A')).toMatchObject({ sellable: 100, reserved: 0, backordered: 0 });
  });

  it('shipped after all, the order follows the physical truth', () => {
    const story = new Story('DC-1');
    for (const step of [received(10), placed(), cancelled, shipped(4)]) step(story);
    expect(story.line('SO-1')).toMatchObject({ ordered: 10, cancelled: 10, shipped: 4, overshipped: 4, active: 0 });
    expect([story.order('SO-1').stage, story.level('A').sellable]).toEqual(['SHIPPED', 6]);
  });
});
