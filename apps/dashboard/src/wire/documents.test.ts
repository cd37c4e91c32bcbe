import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { ALERTS_DOCUMENT, ENDED_ALERTS_DOCUMENT, readAlertBatch, readEndedAlerts } from '../alerts/alert.js';
import { LEVELS_DOCUMENT, readLevelBatch } from '../stock/level.js';
import { WireFault } from './Fields.js';
import { SET_REORDER_POINT_DOCUMENT } from './Gateway.js';

const schema = buildSchema(readFileSync(new URL('../../../gateway/schema.graphql', import.meta.url), 'utf8'));

const levelBatch = (level: object): object => ({
  stockLevelChanges: { kind: 'DELTA', cursor: 'c', complete: true, removedIds: [], freshness: { state: 'LIVE', lagMs: 3 }, levels: [level] },
});
const sentLevel = {
  id: 'a',
  version: 2,
  item: { sku: '10002' },
  location: { code: 'DC-1' },
  onHand: -3,
  available: -3,
  reserved: 0,
  unsellable: 0,
  position: -3,
  reorderPoint: null,
  updatedAt: '2026-11-22T13:04:05.123Z',
};

describe('documents', () => {
  it.each([
    ['levels', LEVELS_DOCUMENT],
    ['alerts', ALERTS_DOCUMENT],
    ['ended alerts', ENDED_ALERTS_DOCUMENT],
    ['reorder point', SET_REORDER_POINT_DOCUMENT],
  ])('the one for %s is valid against the gateway’s schema', (_name, document) => {
    expect(validate(schema, parse(document))).toEqual([]);
  });
});

describe('readers', () => {
  it('read a level as the grid needs it', () => {
    const [level] = readLevelBatch(levelBatch(sentLevel)).objects;
    expect(level).toMatchObject({ sku: '10002', location: 'DC-1', onHand: -3, reorderPoint: null, updatedAtMs: Date.parse('2026-11-22T13:04:05.123Z') });
  });

  it.each([
    ['a fraction', { ...sentLevel, onHand: 1.5 }, 'data.stockLevelChanges.levels[0].onHand'],
    ['no version', { ...sentLevel, version: undefined }, 'data.stockLevelChanges.levels[0].version'],
    ['no item', { ...sentLevel, item: null }, 'data.stockLevelChanges.levels[0].item'],
    ['no time', { ...sentLevel, updatedAt: 'soon' }, 'data.stockLevelChanges.levels[0].updatedAt'],
  ])('refuse a level with %s, naming the place', (_name, level, path) => {
    expect(() => readLevelBatch(levelBatch(level))).toThrow(WireFault);
    expect(() => readLevelBatch(levelBatch(level))).toThrow(path);
  });

  it('read alerts, of kinds unknown to this page too, and leave out ended ones that are gone', () => {
    const sent = {
      id: 'x',
      version: 1,
      kind: 'SHIPMENT_LATE',
      severity: 'WARNING',
      status: 'RESOLVED',
      title: 't',
      explanation: 'e',
      openedAt: '2026-11-22T13:04:05.123Z',
      occurrences: 1,
      resolution: 'BY_ITSELF',
      subject: null,
    };
    expect(readEndedAlerts({ nodes: [null, sent] })).toMatchObject([{ id: 'x', kind: 'SHIPMENT_LATE', levelId: null }]);
    const aboutOrder = { ...sent, kind: 'ORDER_LATE', status: 'ACKNOWLEDGED', subject: { __typename: 'Order' } };
    const aboutLevel = { ...sent, status: 'SNOOZED', subject: { __typename: 'StockLevel', id: 'level' } };
    expect(readEndedAlerts({ nodes: [aboutOrder, aboutLevel] })).toMatchObject([
      { status: 'ACKNOWLEDGED', levelId: null },
      { status: 'SNOOZED', levelId: 'level' },
    ]);
    expect(() => readAlertBatch({ alertChanges: null })).toThrow(WireFault);
  });
});
