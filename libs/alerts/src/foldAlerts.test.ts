import { describe, expect, it } from '@jest/globals';
import { available, onHand, position, type Alert, type AlertStatus, type LevelChange } from '@quayside/contracts';
import fc from 'fast-check';
import { aLevelChange, EXAMPLE_TIME, numbered } from './aLevelChange.js';
import { NOTHING_STANDS, type Known, type Standing } from './alertBook.js';
import { COOL_DOWN_MS } from './episode.js';
import { fingerprintsOf, foldAlerts } from './foldAlerts.js';
import { closesAt } from './lowStock.js';

const NONE: Known = new Map();
/** Reports are not waited for: a level is believed at once. */
const DECIDING = { partition: 5, now: EXAMPLE_TIME + 3_000, latenessMs: 0 };
const MINUTE_MS = 60_000;

/** Versions of one kind that a list of changes makes, in order. */
function versionsOf(kind: Alert['kind'], changes: readonly LevelChange[]): Alert[] {
  return foldAlerts(NONE, numbered(changes), DECIDING).versions.filter((alert) => alert.kind === kind);
}
/** Levels of one sku with these sellable numbers, a minute apart, reorder point 40. */
const run = (sellable: readonly number[], reorderPoint: number | null = 40): LevelChange[] =>
  sellable.map((each, index) =>
    aLevelChange({ sellable: each, reorderPoint, version: index + 1, updatedAt: EXAMPLE_TIME + index * MINUTE_MS, cause: { id: `e${index}` } }),
  );

describe('an episode', () => {
  it('opens with an id made of the rule, the level and the place of the change in the log', () => {
    const [alert] = versionsOf('LOW_STOCK', [aLevelChange({ sellable: 37, reorderPoint: 40 })]);
    expect(alert).toMatchObject({
      id: 'LOW_STOCK|DC-1|10002|5.100',
      fingerprint: 'LOW_STOCK|DC-1|10002',
      status: 'OPEN',
      occurrences: 1,
      version: 1,
      openedAt: EXAMPLE_TIME + 1_000,
      detectionMs: 2_000,
      causedBy: [{ source: '/wms/dc-1', id: 'ship-981' }],
      resolvedAt: null,
    });
  });

  it('counts its occurrences while the numbers move, holds in the band without counting, resolves by itself', () => {
    const versions = versionsOf('LOW_STOCK', run([50, 39, 37, 42, 38, 44]));
    expect(versions.map(({ version, status, occurrences, evidence }) => [version, status, occurrences, evidence.observed])).toEqual([
      [1, 'OPEN', 1, 39],
      [2, 'OPEN', 2, 37],
      [3, 'OPEN', 2, 42],
      [4, 'OPEN', 3, 38],
      [5, 'RESOLVED', 3, 38],
    ]);
    expect(versions[2]).toMatchObject({ lastSeenAt: EXAMPLE_TIME + 2 * MINUTE_MS });
    expect(versions[4]).toMatchObject({
      resolvedAt: EXAMPLE_TIME + 5 * MINUTE_MS,
      resolution: 'BY_ITSELF',
      causedBy: [
        { source: '/wms/dc-1', id: 'e1' },
        { source: '/wms/dc-1', id: 'e5' },
      ],
    });
    expect(versions[4]?.explanation).toMatch(/Closed with shipment e5 at 13:04: position 44\.$/);
  });

  it('says nothing new when no figure changed', () => {
    const low = aLevelChange({ sellable: 37, reorderPoint: 40 });
    const inspected = aLevelChange({ sellable: 37, inspection: 5, reorderPoint: 40, version: 2, cause: { id: 'rec-1' } });
    expect(versionsOf('LOW_STOCK', [low, inspected])).toHaveLength(1);
  });

  it('tells a reorder point that was set anew, and resolves when it is taken away', () => {
    const policy = { name: 'policy.set' as const };
    const versions = versionsOf('LOW_STOCK', [
      ...run([39]),
      aLevelChange({ sellable: 39, reorderPoint: 60, cause: policy }),
      aLevelChange({ sellable: 39, cause: policy }),
    ]);
    expect(versions.map(({ status, evidence }) => [status, evidence.threshold])).toEqual([
      ['OPEN', 40],
      ['OPEN', 60],
      ['RESOLVED', 60],
    ]);
  });

  it.each([
    ['is the same one when it fires again within the cool-down', COOL_DOWN_MS, 1],
    ['is a new one when it fires again later', COOL_DOWN_MS + 1, 2],
  ])('%s', (_title, pauseMs, ids) => {
    const at = (sellable: number, updatedAt: number): LevelChange => aLevelChange({ sellable, reorderPoint: 40, updatedAt });
    const resolvedAt = EXAMPLE_TIME + MINUTE_MS;
    const versions = versionsOf('LOW_STOCK', [at(39, EXAMPLE_TIME), at(50, resolvedAt), at(30, resolvedAt + pauseMs)]);
    expect(new Set(versions.map(({ id }) => id)).size).toBe(ids);
    expect(versions.at(-1)).toMatchObject({ status: 'OPEN', resolvedAt: null, resolution: null, occurrences: ids === 1 ? 2 : 1, version: ids === 1 ? 3 : 1 });
    expect(versions.at(-1)?.explanation).toContain('it fell below');
  });

  it('shows a detection time that fits its column, however long alerting was away or how wrong its clock is', () => {
    const detect = (now: number): number | undefined => foldAlerts(NONE, numbered(run([1])), { ...DECIDING, now }).changed[0]?.detectionMs;
    expect(detect(EXAMPLE_TIME - 5_000)).toBe(0);
    expect(detect(EXAMPLE_TIME + 90 * 86_400_000)).toBe(2 ** 31 - 1);
  });
});

describe('NEGATIVE_ON_HAND inhibits LOW_STOCK of the same level', () => {
  const statuses = (kind: Alert['kind'], changes: readonly LevelChange[]): AlertStatus[] => versionsOf(kind, changes).map(({ status }) => status);

  it.each<[string, number[], AlertStatus[]]>([
    ['opens held down when both open at once', [-1], ['INHIBITED']],
    ['is held down when the other opens, and open again when that resolves', [10, -1, 5], ['OPEN', 'INHIBITED', 'OPEN']],
    ['resolves with it when the stock is back', [-1, 50], ['INHIBITED', 'RESOLVED']],
    ['goes on held down while both last', [-1, -2], ['INHIBITED', 'INHIBITED']],
    ['comes to light in the band between opening and clearing', [-1, 42], ['INHIBITED', 'OPEN']],
  ])('%s', (_title, sellable, expected) => {
    expect(statuses('LOW_STOCK', run(sellable))).toEqual(expected);
  });

  it('and never that of another level', () => {
    expect(statuses('LOW_STOCK', [aLevelChange({ sku: 'other', sellable: -1 }), aLevelChange({ sellable: 37, reorderPoint: 40 })])).toEqual(['OPEN']);
  });

  it('tells the inhibitor first', () => {
    const { versions } = foldAlerts(NONE, numbered(run([-1])), DECIDING);
    expect(versions.map(({ kind }) => kind)).toEqual(['NEGATIVE_ON_HAND', 'OVERSOLD', 'LOW_STOCK']);
  });
});

const aStep = fc.record({
  sku: fc.constantFrom('10002', '10003'),
  sellable: fc.integer({ min: -4, max: 26 }),
  damaged: fc.integer({ min: 0, max: 3 }),
  reserved: fc.integer({ min: 0, max: 3 }),
  reorderPoint: fc.constantFrom(10, 10, 10, 20, null),
  waitMs: fc.constantFrom(0, MINUTE_MS, 20 * MINUTE_MS, COOL_DOWN_MS + 1),
});
const aHistory = fc.array(aStep, { maxLength: 60 }).map((steps) => {
  let updatedAt = EXAMPLE_TIME;
  return numbered(
    steps.map(({ waitMs, ...level }, index) => {
      updatedAt += waitMs;
      return aLevelChange({ ...level, version: index + 1, updatedAt, cause: { id: `e${index}` } });
    }),
  );
});
type History = ReturnType<typeof numbered>;

/** Folds a history cut into batches, each knowing only what it may touch, as it was stored. */
function foldInBatches(history: History, sizes: readonly number[]): { stored: Map<string, Alert>; versions: Alert[] } {
  const stored = new Map<string, Alert>();
  const standings = new Map<string, Standing>();
  const versions: Alert[] = [];
  for (let from = 0, turn = 0; from < history.length; turn++) {
    const batch = history.slice(from, from + (sizes[turn % sizes.length] ?? 1));
    from += batch.length;
    const known = new Map(batch.flatMap(({ what }) => fingerprintsOf(what)).map((fingerprint) => [fingerprint, standings.get(fingerprint) ?? NOTHING_STANDS]));
    const fold = foldAlerts(known, batch, DECIDING);
    for (const [fingerprint, standing] of fold.standings) standings.set(fingerprint, standing);
    for (const alert of fold.changed) stored.set(alert.id, alert);
    versions.push(...fold.versions);
  }
  return { stored, versions };
}

describe('whatever the history', () => {
  it('a replay and any cut into batches give the same episodes and the same versions', () => {
    fc.assert(
      fc.property(aHistory, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }), (history, sizes) => {
        const whole = foldInBatches(history, [history.length || 1]);
        expect(foldInBatches(history, sizes)).toEqual(whole);
      }),
    );
  });

  it('after every change at most one episode a fingerprint is unresolved, and its status is what the level says', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const standings = new Map<string, Standing>();
        const newest = new Map<string, Alert>();
        const byId = new Map<string, Alert>();
        for (const change of history) {
          const fold = foldAlerts(standings, [change], DECIDING);
          for (const [fingerprint, standing] of fold.standings) standings.set(fingerprint, standing);
          for (const alert of fold.versions) {
            expect(alert.version).toBe((byId.get(alert.id)?.version ?? 0) + 1);
            newest.set(alert.fingerprint, alert);
            byId.set(alert.id, alert);
          }
          const unresolved = [...byId.values()].filter(({ status }) => status !== 'RESOLVED').map(({ fingerprint }) => fingerprint);
          expect(unresolved).toHaveLength(new Set(unresolved).size);
          expectTruth(newest, change.what);
        }
      }),
    );
  });

  it('an item that swings inside the band opens once, not at each swing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 36, max: closesAt(40) - 1 }), { minLength: 1, maxLength: 50 }), (sellable) => {
        const opened = versionsOf('LOW_STOCK', run([40, ...sellable])).filter(({ version, status }) => version === 1 || status === 'RESOLVED');
        expect(opened).toHaveLength(1);
      }),
    );
  });

  it('levels do not disturb each other: the order across skus is irrelevant', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const alone = ['10002', '10003'].flatMap(
          (sku) =>
            foldInBatches(
              history.filter(({ what }) => what.level.sku === sku),
              [1],
            ).versions,
        );
        const together = foldInBatches(history, [3]).versions;
        const sorted = (versions: readonly Alert[]): string[] => versions.map((alert) => JSON.stringify(alert)).sort();
        expect(sorted(together)).toEqual(sorted(alone));
      }),
    );
  });
});

/** Recomputes from the level alone what must be open; the band leaves LOW_STOCK as it was. */
function expectTruth(newest: ReadonlyMap<string, Alert>, { level }: LevelChange): void {
  const find = (kind: string): Alert | undefined => newest.get(`${kind}|${level.location}|${level.sku}`);
  const isOpen = (kind: string): boolean => (find(kind)?.status ?? 'RESOLVED') !== 'RESOLVED';
  const low = find('LOW_STOCK');
  expect(isOpen('NEGATIVE_ON_HAND')).toBe(onHand(level) < 0);
  expect(isOpen('OVERSOLD')).toBe(available(level) < 0);
  if (level.reserved > 0) expect(isOpen('STOCK_OUT')).toBe(available(level) <= 0);
  if (level.reorderPoint === null || position(level) >= level.reorderPoint * 1.1 + 1) expect(isOpen('LOW_STOCK')).toBe(false);
  else if (position(level) <= level.reorderPoint) expect(isOpen('LOW_STOCK')).toBe(true);
  const shown = ['NEGATIVE_ON_HAND', 'OVERSOLD', 'STOCK_OUT', 'LOW_STOCK'].filter(isOpen).map((kind) => find(kind)?.status);
  expect(shown).toEqual(shown.map((_status, index) => (index === 0 ? 'OPEN' : 'INHIBITED')));
  if (low !== undefined && isOpen('LOW_STOCK')) {
    expect(low.evidence.observed).toBe(position(level));
    expect(low.title).toContain(`${available(level)} left`.replace('-', '−'));
  }
}
