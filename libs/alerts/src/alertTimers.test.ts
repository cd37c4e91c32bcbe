import { describe, expect, it } from '@jest/globals';
import type { Alert, Change, LevelChange, Numbered } from '@quayside/contracts';
import fc from 'fast-check';
import { aLevelChange, EXAMPLE_TIME, numbered } from './aLevelChange.js';
import { anOrderChange } from './anOrderChange.js';
import type { Known, Standing } from './alertBook.js';
import { decodeTimerContent, encodeTimerContent } from './alertTimer.js';
import { foldAlerts, fireTimers } from './foldAlerts.js';

const LATENESS_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const DECIDING = { partition: 5, now: EXAMPLE_TIME + LATENESS_MS + 250, latenessMs: LATENESS_MS };
const NEGATIVE = 'NEGATIVE_ON_HAND|DC-1|10002';

/** Everything that stands, and a clock that fires what is due. */
class Standings {
  readonly all = new Map<string, Standing>();
  readonly versions: Alert[] = [];

  fold(changes: readonly Numbered<Change>[]): this {
    return this.take(foldAlerts(this.all, changes, DECIDING));
  }
  tick(now: number): this {
    const due = [...this.all.values()].flatMap(({ timer }) => (timer !== null && timer.dueAt <= now ? [timer] : []));
    return this.take(
      fireTimers(
        this.all,
        due.sort((a, b) => a.dueAt - b.dueAt),
        DECIDING,
      ),
    );
  }
  get timers(): string[] {
    return [...this.all.values()].flatMap(({ timer }) => (timer === null ? [] : [timer.fingerprint]));
  }
  get newest(): Map<string, Alert> {
    return new Map([...this.all].flatMap(([fingerprint, { newest }]) => (newest === null ? [] : [[fingerprint, newest]])));
  }
  private take({ standings, versions }: { standings: Known; versions: readonly Alert[] }): this {
    for (const [fingerprint, standing] of standings) this.all.set(fingerprint, standing);
    this.versions.push(...versions);
    return this;
  }
}

const at = (minutes: number, sellable: number, id = `e${minutes}`): LevelChange =>
  aLevelChange({
    sellable,
    version: minutes + 1,
    updatedAt: EXAMPLE_TIME + minutes * MINUTE_MS,
    cause: { id, occurredAt: EXAMPLE_TIME + minutes * MINUTE_MS },
  });
const shown = ({ versions }: Standings): string[] => versions.map(({ kind, status }) => `${kind} ${status}`);

describe('a level that is below zero', () => {
  it('waits the allowed lateness; then NEGATIVE_ON_HAND opens with the newest numbers, at the time at which it was due', () => {
    const world = new Standings().fold(numbered([at(0, -3), at(10, -5)]));
    expect(world.newest.get(NEGATIVE)).toBeUndefined();
    expect(shown(world.tick(EXAMPLE_TIME + LATENESS_MS - 1))).toEqual(['OVERSOLD OPEN', 'OVERSOLD OPEN']);
    world.tick(EXAMPLE_TIME + LATENESS_MS);
    expect(world.newest.get(NEGATIVE)).toMatchObject({
      id: `${NEGATIVE}|5.100`,
      openedAt: EXAMPLE_TIME + LATENESS_MS,
      detectionMs: 250,
      evidence: { observed: -5 },
      causedBy: [{ id: 'e0' }, { id: 'e10' }],
      status: 'OPEN',
    });
    expect(world.timers).toEqual([]);
  });

  it('tells nobody when the missing receipt comes in time, and waits anew the next time', () => {
    const world = new Standings().fold(numbered([at(0, -3), at(10, 4), at(12, -1)])).tick(EXAMPLE_TIME + LATENESS_MS);
    expect(world.newest.get(NEGATIVE)).toBeUndefined();
    world.tick(EXAMPLE_TIME + 12 * MINUTE_MS + LATENESS_MS);
    expect(world.newest.get(NEGATIVE)).toMatchObject({ id: `${NEGATIVE}|5.102`, status: 'OPEN' });
  });

  it('holds nothing down while it waits; when it opens the others are held down, and open again when it clears', () => {
    const world = new Standings().fold(numbered([at(0, -3)]));
    world
      .tick(EXAMPLE_TIME + LATENESS_MS)
      .fold(numbered([aLevelChange({ sellable: -2, damaged: 2, version: 3, updatedAt: EXAMPLE_TIME + 20 * MINUTE_MS })], 110));
    expect(shown(world)).toEqual(['OVERSOLD OPEN', 'NEGATIVE_ON_HAND OPEN', 'OVERSOLD INHIBITED', 'NEGATIVE_ON_HAND RESOLVED', 'OVERSOLD OPEN']);
  });

  it('is taken back as late data when the change that cleared it was on its way while it opened', () => {
    const world = new Standings()
      .fold(numbered([at(0, -3)]))
      .tick(EXAMPLE_TIME + LATENESS_MS)
      .fold(numbered([at(14, 5)], 101));
    expect(world.newest.get(NEGATIVE)).toMatchObject({ status: 'RESOLVED', resolution: 'LATE_DATA', resolvedAt: EXAMPLE_TIME + LATENESS_MS });
  });
});

describe('timers are read as they were written', () => {
  it.each([
    { kind: 'negative' as const, origin: 3, first: { source: '/a', id: 'x' }, change: aLevelChange() },
    { kind: 'orderLate' as const, origin: 3, first: { source: '/a', id: 'x' }, change: anOrderChange() },
    { kind: 'snooze' as const, alertId: 'LOW_STOCK|a|b|5.1' },
  ])('$kind', (content) => {
    expect(decodeTimerContent(encodeTimerContent(content))).toEqual(content);
  });
});

const aStep = fc.record({
  subject: fc.constantFrom('10002', '10003', 'order'),
  sellable: fc.integer({ min: -3, max: 6 }),
  promisedIn: fc.constantFrom(-10, 5, 5, 30, 200, null),
  left: fc.integer({ min: 0, max: 3 }),
  waitMinutes: fc.constantFrom(0, 1, 5, 16, 45),
});
const aHistory = fc.array(aStep, { maxLength: 40 }).map((steps) => {
  let minutes = 0;
  return steps.map(({ subject, sellable, promisedIn, left, waitMinutes }, index): Numbered<Change> => {
    minutes += waitMinutes;
    const updatedAt = EXAMPLE_TIME + minutes * MINUTE_MS;
    const cause = { id: `e${index}`, occurredAt: updatedAt, receivedAt: updatedAt };
    const promisedShipBy = promisedIn === null ? null : updatedAt + promisedIn * MINUTE_MS;
    const what =
      subject === 'order'
        ? anOrderChange({ ordered: 3, reserved: left, shipped: 3 - left, promisedShipBy, version: index, updatedAt, cause })
        : aLevelChange({ sku: subject, sellable, version: index, updatedAt, cause });
    return { at: [100 + index, 0], what };
  });
});

describe('whatever the history', () => {
  const END = EXAMPLE_TIME + 100 * 24 * 60 * MINUTE_MS;
  const withoutDetection = ({ newest }: Standings): unknown => new Map([...newest].map(([fingerprint, alert]) => [fingerprint, { ...alert, detectionMs: 0 }]));

  it('a clock that fires timers in time and one that stood still until the end make the same episodes', () => {
    fc.assert(
      fc.property(aHistory, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (history, ticks) => {
        const late = new Standings().fold(history).tick(END);
        const inTime = new Standings();
        history.forEach((change, index) => {
          if (ticks[index] === true && change.what.kind === 'level') inTime.tick(change.what.level.updatedAt);
          if (ticks[index] === true && change.what.kind === 'order') inTime.tick(change.what.order.updatedAt);
          inTime.fold([change]);
        });
        inTime.tick(END);
        expect(withoutDetection(inTime)).toEqual(withoutDetection(late));
      }),
      { numRuns: 300 },
    );
  });

  it('nothing is due any more once all is fired, and at most one episode a fingerprint is unresolved', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const world = new Standings();
        const unresolved = new Map<string, string>();
        for (const change of history) {
          const from = world.versions.length;
          world.fold([change]);
          for (const { id, fingerprint, status } of world.versions.slice(from)) {
            expect([undefined, id]).toContain(unresolved.get(fingerprint));
            if (status === 'RESOLVED') unresolved.delete(fingerprint);
            else unresolved.set(fingerprint, id);
          }
        }
        expect(world.tick(END).timers).toEqual([]);
      }),
    );
  });
});
