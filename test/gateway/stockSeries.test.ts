import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayDesk } from './gatewayDesk.js';

interface Series {
  readonly at: readonly string[];
  readonly onHandMin: readonly number[];
  readonly onHandMax: readonly number[];
  readonly onHandLast: readonly number[];
  readonly availableLast: readonly number[];
  readonly inflow: readonly number[];
  readonly outflow: readonly number[];
}

const FROM = Date.parse('2026-11-20T08:00:00Z');
const BUCKET_MS = 600_000;
const BUCKETS = 6;
const at = (minutes: number): string => new Date(FROM + minutes * 60_000).toISOString();

describe('an item’s stock over time', () => {
  let desk: GatewayDesk;
  beforeAll(async () => {
    desk = await GatewayDesk.open('series');
    const move = (id: string, type: string, minutes: number, { location = 'DC-1', ...line }: { location?: string } & Record<string, unknown>) =>
      desk.post({ id, type, time: at(minutes), data: { location, ...(type === 'stock.adjusted' && { reason: 'missing' }), lines: [{ sku: 'T-1', ...line }] } });
    await move('t-1', 'stock.received', -30, { quantity: 10 });
    await move('t-2', 'stock.shipped', 2, { quantity: 4 });
    await move('t-3', 'stock.received', 9, { quantity: 20 });
    await move('t-4', 'stock.counted', 35, { counted: 24 });
    // Late under the count: booked at its own time, and taken back at the count's.
    await move('t-5', 'stock.shipped', 31, { quantity: 3 });
    await move('t-6', 'stock.adjusted', 45, { delta: -5 });
    await move('t-7', 'stock.received', 12, { location: 'DC-2', quantity: 7 });
  }, 120_000);
  afterAll(() => desk?.close(), 60_000);

  const seriesOf = async (locationId: string | null): Promise<Series> =>
    (
      await desk.ask<{ item: { stockSeries: Series } }>(
        `query S($w: TimeWindowInput!, $l: ID) { item(ref: {sku: "T-1"}) { stockSeries(window: $w, locationId: $l) { at onHandMin onHandMax onHandLast availableLast inflow outflow } } }`,
        { w: { from: at(0), to: at(60), bucket: 'PT10M' }, l: locationId },
      )
    ).item.stockSeries;
  const thenAt = async (ms: number, locationIds: readonly string[] | null): Promise<{ onHand: number; available: number }> => {
    const { stockAsOf } = await desk.ask<{ stockAsOf: { nodes: { onHand: number; available: number }[] } }>(
      'query A($at: DateTime!, $l: [ID!]) { stockAsOf(at: $at, filter: {skus: ["T-1"], locationIds: $l}) { nodes { onHand available } } }',
      { at: new Date(ms).toISOString(), l: locationIds },
    );
    const sum = (figure: 'onHand' | 'available'): number => stockAsOf.nodes.reduce((total, node) => total + node[figure], 0);
    return { onHand: sum('onHand'), available: sum('available') };
  };
  const DC_1 = Buffer.from('location\tDC-1').toString('base64url');

  it.each([
    ['all locations', null],
    ['one location', DC_1],
  ])('ends each bucket with what stockAsOf says of that instant, over %s', async (_name, locationId) => {
    const series = await seriesOf(locationId);
    expect(series.at).toHaveLength(BUCKETS);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const then = await thenAt(FROM + (bucket + 1) * BUCKET_MS - 1, locationId === null ? null : [locationId]);
      expect([bucket, series.onHandLast[bucket], series.availableLast[bucket]]).toEqual([bucket, then.onHand, then.available]);
    }
  });

  it('says the least and the most within a bucket, what came and what left, and carries a level over gaps', async () => {
    const { onHandMin, onHandMax, onHandLast, inflow, outflow } = await seriesOf(DC_1);
    expect({ onHandMin, onHandMax, onHandLast }).toEqual({
      onHandMin: [6, 26, 26, 23, 19, 19],
      onHandMax: [26, 26, 26, 26, 24, 19],
      onHandLast: [26, 26, 26, 24, 19, 19],
    });
    expect([inflow[0], outflow[0], inflow[1], outflow[1], outflow[4]]).toEqual([20, 4, 0, 0, 5]);
  });

  it.each([
    ['that ends before it begins', { from: at(60), to: at(0) }],
    ['with too many points', { from: at(0), to: at(60), bucket: 'PT1S' }],
    ['with a bucket without a fixed length', { from: at(0), to: at(60), bucket: 'P1M' }],
  ])('refuses a window %s', async (_name, w) => {
    const query = 'query S($w: TimeWindowInput!) { item(ref: {sku: "T-1"}) { stockSeries(window: $w) { at } } }';
    await expect(desk.ask(query, { w })).rejects.toThrow('BAD_USER_INPUT');
  });
});
