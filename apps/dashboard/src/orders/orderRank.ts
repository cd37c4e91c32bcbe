import { spanText } from '../page/timeText.js';
import type { Order, Punctuality } from './order.js';

const RANK: Readonly<Record<Punctuality, number>> = { LATE: 0, AT_RISK: 1, ON_TIME: 2, UNKNOWN: 3 };

/** Late first, then at risk, then by promise, then by urgency; the same order always gives the same place. */
export function compareOrders(a: Order, b: Order): number {
  return (
    RANK[a.punctuality] - RANK[b.punctuality] ||
    (a.promisedShipByMs ?? Infinity) - (b.promisedShipByMs ?? Infinity) ||
    b.priority - a.priority ||
    (a.number < b.number ? -1 : a.number > b.number ? 1 : 0)
  );
}

/** Stages in the order of the work; others follow by name. */
export const STAGES = [
  'PLACED',
  'BACKORDERED',
  'HELD',
  'PARTIALLY_RESERVED',
  'RESERVED',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'PARTIALLY_RETURNED',
  'RETURNED',
  'CANCELLED',
] as const;
export const OPEN_STAGES: readonly string[] = STAGES.slice(0, 6);

const isOver = (stage: string): boolean => stage === 'SHIPPED' || stage === 'CANCELLED' || stage === 'RETURNED' || stage === 'PARTIALLY_RETURNED';
const DAY_MS = 86_400_000;
const lengthText = (spanMs: number): string => (spanMs >= 2 * DAY_MS ? `${Math.round(spanMs / DAY_MS)} d` : spanText(spanMs));

/** The promise of dispatch in words: "due in 3 h", "late by 2 d"; an order with nothing left to ship is past both. */
export function promiseText({ stage, promisedShipByMs, punctuality }: Pick<Order, 'stage' | 'promisedShipByMs' | 'punctuality'>, nowMs: number): string {
  if (promisedShipByMs === null) return 'nothing promised';
  if (isOver(stage)) return 'settled';
  const leftMs = promisedShipByMs - nowMs;
  if (leftMs < 0) return `late by ${lengthText(-leftMs)}`;
  return `due in ${lengthText(leftMs)}${punctuality === 'AT_RISK' ? ', at risk' : ''}`;
}

/** What the gateway said when it last told of the order, and what the clock has said since. */
export function punctualityNow(
  { stage, promisedShipByMs, punctuality }: Pick<Order, 'stage' | 'promisedShipByMs' | 'punctuality'>,
  nowMs: number,
): Punctuality {
  return promisedShipByMs !== null && promisedShipByMs < nowMs && !isOver(stage) ? 'LATE' : punctuality;
}
