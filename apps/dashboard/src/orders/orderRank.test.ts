import { describe, expect, it } from '@jest/globals';
import type { Order } from './order.js';
import { compareOrders, promiseText, punctualityNow } from './orderRank.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const HOUR_MS = 3_600_000;
const anOrder = (given: Partial<Order>): Order => ({
  id: given.number ?? 'id',
  version: 1,
  number: 'SO-1',
  source: '/shop',
  stage: 'RESERVED',
  priority: 0,
  customer: null,
  location: 'DC-1',
  placedAtMs: NOW - HOUR_MS,
  promisedShipByMs: NOW + HOUR_MS,
  punctuality: 'ON_TIME',
  ...given,
});

describe('orders on the board', () => {
  it('stand late first, then at risk, then by promise, then by urgency, those without a promise last', () => {
    const orders = [
      anOrder({ number: 'none', promisedShipByMs: null, punctuality: 'UNKNOWN' }),
      anOrder({ number: 'later', promisedShipByMs: NOW + 2 * HOUR_MS }),
      anOrder({ number: 'urgent', priority: 5 }),
      anOrder({ number: 'calm' }),
      anOrder({ number: 'risky', punctuality: 'AT_RISK', promisedShipByMs: NOW + 9 * HOUR_MS }),
      anOrder({ number: 'late', punctuality: 'LATE', promisedShipByMs: NOW - HOUR_MS }),
    ];
    expect(orders.toSorted(compareOrders).map(({ number }) => number)).toEqual(['late', 'risky', 'urgent', 'calm', 'later', 'none']);
  });

  it.each([
    [{ promisedShipByMs: NOW + 3 * HOUR_MS }, 'due in 3 h'],
    [{ promisedShipByMs: NOW + 3 * HOUR_MS, punctuality: 'AT_RISK' as const }, 'due in 3 h, at risk'],
    [{ promisedShipByMs: NOW - 50 * HOUR_MS }, 'late by 2 d'],
    [{ promisedShipByMs: NOW - 50 * HOUR_MS, stage: 'SHIPPED' }, 'settled'],
    [{ promisedShipByMs: null }, 'nothing promised'],
  ])('say of their promise %j: %s', (given, text) => {
    expect(promiseText(anOrder(given), NOW)).toBe(text);
  });

  it('become late by the clock alone, and not once they are settled', () => {
    const promised = { promisedShipByMs: NOW - 1 };
    expect(punctualityNow(anOrder(promised), NOW)).toBe('LATE');
    expect(punctualityNow(anOrder({ ...promised, stage: 'SHIPPED' }), NOW)).toBe('ON_TIME');
    expect(punctualityNow(anOrder(promised), NOW - 1)).toBe('ON_TIME');
  });
});
