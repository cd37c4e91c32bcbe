import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { readAlertBatch, readEndedAlerts } from '../alerts/alert.js';
import { readLevelBatch } from '../stock/level.js';
import { Fields, WireFault } from './Fields.js';

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

/** Every exported document of the dashboard, by its name. They stand in .ts files, apart from components, so that this test can load them. */
const SOURCE = new URL('..', import.meta.url);
const sourceFiles = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'));
const holders = sourceFiles.filter((file) => /export const \w+_DOCUMENT\b/.test(readFileSync(new URL(file, SOURCE), 'utf8')));

async function loadDocuments(): Promise<readonly (readonly [string, string])[]> {
  const modules = await Promise.all(holders.map(async (file) => Object.entries((await import(new URL(file, SOURCE).href)) as Record<string, unknown>)));
  return modules.flat().filter((entry): entry is [string, string] => entry[0].endsWith('_DOCUMENT') && typeof entry[1] === 'string');
}

describe('documents', () => {
  it('stand apart from components', () => {
    expect(holders.filter((file) => file.endsWith('.tsx'))).toEqual([]);
  });

  it('are all valid against the gateway’s schema', async () => {
    const documents = await loadDocuments();
    expect(documents.length).toBeGreaterThanOrEqual(holders.length);
    const faults = documents.flatMap(([name, document]) => validate(schema, parse(document)).map(({ message }) => `${name}: ${message}`));
    expect(faults).toEqual([]);
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
    expect(readEndedAlerts(Fields.of({ nodes: [null, sent] }, 'data'))).toMatchObject([{ id: 'x', kind: 'SHIPMENT_LATE', levelId: null }]);
    const aboutOrder = { ...sent, kind: 'ORDER_LATE', status: 'ACKNOWLEDGED', subject: { __typename: 'Order' } };
    const aboutLevel = { ...sent, status: 'SNOOZED', subject: { __typename: 'StockLevel', id: 'level' } };
    expect(readEndedAlerts(Fields.of({ nodes: [aboutOrder, aboutLevel] }, 'data'))).toMatchObject([
      { status: 'ACKNOWLEDGED', levelId: null },
      { status: 'SNOOZED', levelId: 'level' },
    ]);
    expect(() => readAlertBatch({ alertChanges: null })).toThrow(WireFault);
  });
});
