import { describe, expect, it } from '@jest/globals';
import type { Alert, OrderChange } from '@quayside/contracts';
import { numbered } from './aLevelChange.js';
import { anOrderChange, PROMISED } from './anOrderChange.js';
import type { AlertsFold, Known } from './alertBook.js';
import { foldAlerts, fireTimers } from './foldAlerts.js';

const NOW = PROMISED + 400;
const DECIDING = { partition: 5, now: NOW, latenessMs: 900_000 };
const MINUTE_MS = 60_000;
const LATE = 'ORDER_LATE|DC-1|SO-1001';

const fold = (changes: readonly OrderChange[], known: Known = new Map(), firstOffset = 100): AlertsFold =>
  foldAlerts(known, numbered(changes, firstOffset), DECIDING);
/** Lets the timer of a fold come due. */
function fire({ standings }: AlertsFold): AlertsFold {
  const timer = standings.get(LATE)?.timer ?? null;
  return fireTimers(standings, timer === null ? [] : [timer], DECIDING);
}
const newest = ({ standings }: AlertsFold): Alert | null => standings.get(LATE)?.newest ?? null;
const timerOf = ({ timers }: AlertsFold): number | null => timers.get(LATE)?.dueAt ?? null;
const shipped = (given: { readonly occurredAt: number; readonly recordedAt: number; readonly left?: number }): OrderChange =>
  anOrderChange({
    shipped: 9 - (given.left ?? 0),
    reserved: given.left ?? 0,
    updatedAt: given.recordedAt,
    cause: { name: 'stock.shipped', id: 'ship-1', source: '/wms/dc-1', occurredAt: given.occurredAt },
  });

describe('ORDER_LATE', () => {
  it('sets a timer at the promised time, and opens when that has come and something is not shipped', () => {
    const placed = fold([anOrderChange({ reserved: 4, backordered: 1, shipped: 4 })]);
    expect([placed.versions, timerOf(placed)]).toEqual([[], PROMISED]);
    const due = fire(placed);
    expect(newest(due)).toMatchObject({
      id: `${LATE}|5.100`,
      status: 'OPEN',
      severity: 'WARNING',
      openedAt: PROMISED,
      detectionMs: 400,
      location: 'DC-1',
      sku: null,
      order: 'SO-1001',
      title: 'SO-1001 late at DC-1: promised 17:00, 5 of 9 pieces not shipped',
      explanation:
        'SO-1001 late at DC-1: promised 17:00, 5 of 9 pieces not shipped. 9 on 3 lines = 4 shipped + 0 cancelled + 0 refused + 4 reserved + 1 backordered + 0 open; ' +
        'this is so since order placed-1 at 13:04. Closes when all is shipped or cancelled, or a later time is promised.',
      causedBy: [{ source: '/shop', id: 'placed-1' }],
    });
    expect(due.timers).toEqual(new Map([[LATE, null]]));
  });

  it.each([
    ['all is shipped', anOrderChange({ shipped: 9, reserved: 0 })],
    ['all is cancelled', anOrderChange({ cancelled: 9, reserved: 0 })],
    ['no time is promised', anOrderChange({ promisedShipBy: null })],
    ['it was not placed yet', anOrderChange({ placedAt: null })],
  ])('waits for nothing when %s', (_title, change) => {
    const first = fold([anOrderChange()]);
    const second = fold([change], first.standings, 101);
    expect([second.versions, second.timers.get(LATE)]).toEqual([[], null]);
  });

  it('opens at once where the promised time had passed when it was learnt', () => {
    const opened = newest(fold([anOrderChange({ updatedAt: PROMISED + MINUTE_MS })]));
    expect(opened).toMatchObject({ status: 'OPEN', openedAt: PROMISED + MINUTE_MS, id: `${LATE}|5.100` });
  });

  it('keeps its origin while the promise stays, and has a new one with a new promise', () => {
    const placed = fold([anOrderChange()]);
    const partly = fold([shipped({ occurredAt: PROMISED - MINUTE_MS, recordedAt: PROMISED - MINUTE_MS, left: 5 })], placed.standings, 101);
    expect(newest(fire(partly))).toMatchObject({ id: `${LATE}|5.100`, evidence: { observed: 5 }, causedBy: [{ id: 'placed-1' }, { id: 'ship-1' }] });
    const later = PROMISED + 60 * MINUTE_MS;
    const amended = fold([anOrderChange({ promisedShipBy: later, cause: { name: 'order.amended', id: 'amend-1' } })], placed.standings, 102);
    expect(timerOf(amended)).toBe(later);
    expect(newest(fire(amended))).toMatchObject({ id: `${LATE}|5.102`, openedAt: later });
  });

  it.each<[string, OrderChange, Alert['resolution'], string]>([
    ['by itself when it is shipped too late', shipped({ occurredAt: PROMISED + MINUTE_MS, recordedAt: PROMISED + MINUTE_MS }), 'BY_ITSELF', 'all is shipped.'],
    [
      'as late data when a late report shows that it was shipped in time',
      shipped({ occurredAt: PROMISED, recordedAt: PROMISED + MINUTE_MS }),
      'LATE_DATA',
      'all is shipped, in time.',
    ],
    [
      'by itself when a later time is promised',
      anOrderChange({ promisedShipBy: PROMISED + 60 * MINUTE_MS, updatedAt: PROMISED + MINUTE_MS, cause: { name: 'order.amended', id: 'a' } }),
      'BY_ITSELF',
      'now promised 18:00.',
    ],
  ])('resolves %s', (_title, change, resolution, closing) => {
    const open = fire(fold([anOrderChange()]));
    const closed = fold([change], open.standings, 105);
    expect(newest(closed)).toMatchObject({ status: 'RESOLVED', resolution, resolvedAt: PROMISED + MINUTE_MS });
    expect(newest(closed)?.explanation.endsWith(closing)).toBe(true);
  });

  it('waits for the later time once that is promised', () => {
    const later = PROMISED + 120 * MINUTE_MS;
    const open = fire(fold([anOrderChange()]));
    const amended = fold([anOrderChange({ promisedShipBy: later, updatedAt: PROMISED + MINUTE_MS, cause: { name: 'order.amended' } })], open.standings, 105);
    expect(timerOf(amended)).toBe(later);
    expect(newest(fire(amended))).toMatchObject({ id: `${LATE}|5.105`, status: 'OPEN', openedAt: later });
  });

  it('is not taken back by the last report in time when an earlier one showed a late shipment', () => {
    const open = fire(fold([anOrderChange()]));
    const late = fold([shipped({ occurredAt: PROMISED + MINUTE_MS, recordedAt: PROMISED + MINUTE_MS, left: 4 })], open.standings, 105);
    expect(newest(late)).toMatchObject({ status: 'OPEN', evidence: { observed: 4, shippedLate: 1 } });
    const rest = fold([shipped({ occurredAt: PROMISED - MINUTE_MS, recordedAt: PROMISED + 2 * MINUTE_MS })], late.standings, 106);
    expect(newest(rest)).toMatchObject({ status: 'RESOLVED', resolution: 'BY_ITSELF' });
  });

  it('stays open when a change of before its time arrives afterwards, and is taken back when that one settles it', () => {
    const open = fire(fold([anOrderChange()]));
    const before = PROMISED - MINUTE_MS;
    const partly = fold([shipped({ occurredAt: before, recordedAt: before, left: 5 })], open.standings, 105);
    expect(newest(partly)).toMatchObject({ status: 'OPEN', evidence: { observed: 5 } });
    const whole = fold([shipped({ occurredAt: before, recordedAt: before })], open.standings, 105);
    expect(newest(whole)).toMatchObject({ status: 'RESOLVED', resolution: 'LATE_DATA', resolvedAt: PROMISED });
  });

  it('opens again when the shipment is taken back', () => {
    const open = fire(fold([anOrderChange()]));
    const closed = fold([shipped({ occurredAt: PROMISED + MINUTE_MS, recordedAt: PROMISED + MINUTE_MS })], open.standings, 105);
    const back = fold([anOrderChange({ updatedAt: PROMISED + 2 * MINUTE_MS, cause: { name: 'event.voided', id: 'void-1' } })], closed.standings, 106);
    expect(newest(back)).toMatchObject({ id: `${LATE}|5.100`, status: 'OPEN', occurrences: 2 });
  });
});
