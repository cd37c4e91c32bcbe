import { describe, expect, it } from '@jest/globals';
import type { Alert, AlertCommand, LevelChange } from '@quayside/contracts';
import { aLevelChange, EXAMPLE_TIME, numbered } from './aLevelChange.js';
import type { AlertsFold, Known, Standing } from './alertBook.js';
import { NEVER } from './alertTimer.js';
import { COOL_DOWN_MS } from './episode.js';
import { foldAlerts, fireTimers } from './foldAlerts.js';
import { COMMENTS_MAX, COMMENT_CHARACTERS_MAX, obeyCommands } from './obeyCommands.js';

const LOW = 'LOW_STOCK|DC-1|10002';
const ID = `${LOW}|5.100`;
const T = EXAMPLE_TIME + 60_000;
const UNTIL = T + 3_600_000;
const DECIDING = { partition: 5, now: T, latenessMs: 0 };

/** An open LOW_STOCK, and what people and changes do to it. */
class Desk {
  private readonly standings = new Map<string, Standing>();
  readonly ignored: string[] = [];
  readonly surfaced: string[] = [];
  private offset = 100;

  constructor(sellable = 37) {
    this.level({ sellable, updatedAt: EXAMPLE_TIME });
  }
  get alert(): Alert {
    const { newest } = this.standing(LOW);
    if (newest === null) throw new Error('There is no alert');
    return newest;
  }
  standing(fingerprint: string): Standing {
    return this.standings.get(fingerprint) ?? { newest: null, timer: null };
  }
  level(level: Parameters<typeof aLevelChange>[0]): this {
    const change: LevelChange = aLevelChange({ reorderPoint: 40, updatedAt: T, ...level, cause: { id: `e${this.offset}` } });
    return this.take(foldAlerts(this.standings, numbered([change], this.offset++), DECIDING));
  }
  give(command: Partial<AlertCommand> & Pick<AlertCommand, 'kind'>, at = T): this {
    const whole = { v: 1, id: `c-${this.offset}`, alertId: ID, by: 'user:ann', at, until: UNTIL, comment: '', ...command } as AlertCommand;
    const { fold, ignored } = obeyCommands(this.standings, [{ command: whole, at }]);
    for (const { why } of ignored) this.ignored.push(why);
    return this.take(fold);
  }
  tick(now: number): this {
    const due = [...this.standings.values()].flatMap(({ timer }) => (timer !== null && timer.dueAt <= now ? [timer] : []));
    return this.take(fireTimers(this.standings, due, DECIDING));
  }
  private take(fold: AlertsFold): this {
    for (const [fingerprint, standing] of fold.standings as Known) this.standings.set(fingerprint, standing);
    for (const { id } of fold.surfaced) this.surfaced.push(id);
    return this;
  }
}

describe('acknowledging an episode', () => {
  it('says who saw it and when, and it stays acknowledged while its cause goes on', () => {
    const desk = new Desk().give({ kind: 'acknowledge', comment: 'on it' });
    expect(desk.alert).toMatchObject({
      status: 'ACKNOWLEDGED',
      acknowledgedAt: T,
      acknowledgedBy: 'user:ann',
      version: 2,
      comments: [{ by: 'user:ann', at: T, text: 'on it' }],
    });
    expect(desk.level({ sellable: 30 }).alert).toMatchObject({ status: 'ACKNOWLEDGED', version: 3, evidence: { observed: 30 } });
    expect(desk.level({ sellable: 60 }).alert).toMatchObject({ status: 'RESOLVED', resolution: 'BY_ITSELF', acknowledgedBy: 'user:ann' });
  });

  it('is over when the cause has gone: firing again within the cool-down, the episode is open', () => {
    const desk = new Desk().give({ kind: 'acknowledge' }).level({ sellable: 60 }).level({ sellable: 20 });
    expect(desk.alert).toMatchObject({ id: ID, status: 'OPEN', acknowledgedAt: null, acknowledgedBy: null });
  });

  it('twice changes nothing, and a comment that goes along is kept', () => {
    const desk = new Desk().give({ kind: 'acknowledge' }).give({ kind: 'acknowledge' });
    expect([desk.alert.version, desk.ignored]).toEqual([2, ['it changes nothing']]);
    expect(desk.give({ kind: 'acknowledge', comment: 'still' }).alert).toMatchObject({ version: 3, acknowledgedAt: T });
  });

  it('that is held down shows when it comes to light', () => {
    const desk = new Desk(-1).give({ kind: 'acknowledge' });
    expect(desk.alert.status).toBe('INHIBITED');
    expect(desk.level({ sellable: 5 }).alert.status).toBe('ACKNOWLEDGED');
  });
});

describe('snoozing an episode', () => {
  it('ends at its time: it is open again', () => {
    const desk = new Desk().give({ kind: 'snooze' });
    expect(desk.alert).toMatchObject({ status: 'SNOOZED', snoozedUntil: UNTIL });
    expect(desk.level({ sellable: 30 }).tick(UNTIL - 1).alert.status).toBe('SNOOZED');
    expect(desk.tick(UNTIL).alert).toMatchObject({ status: 'OPEN', snoozedUntil: null });
    expect(desk.tick(UNTIL).alert.version).toBe(4);
  });

  it('ends as acknowledged where it was that before', () => {
    expect(new Desk().give({ kind: 'acknowledge' }).give({ kind: 'snooze' }).tick(UNTIL).alert.status).toBe('ACKNOWLEDGED');
  });

  it('is ended by acknowledging it, and prolonged by snoozing it anew', () => {
    const seen = new Desk().give({ kind: 'snooze' }).give({ kind: 'acknowledge' });
    expect(seen.alert).toMatchObject({ status: 'ACKNOWLEDGED', snoozedUntil: null });
    expect(seen.tick(UNTIL).alert.version).toBe(3);
    const prolonged = new Desk().give({ kind: 'snooze' }).give({ kind: 'snooze', until: UNTIL + 1 });
    expect(prolonged.tick(UNTIL).alert.status).toBe('SNOOZED');
    expect(prolonged.tick(UNTIL + 1).alert.status).toBe('OPEN');
  });

  it('holds while the cause comes and goes, and ends nothing that is resolved', () => {
    const desk = new Desk().give({ kind: 'snooze' }).level({ sellable: 60 });
    expect(desk.level({ sellable: 20 }).alert.status).toBe('SNOOZED');
    desk.level({ sellable: 60 });
    const { version } = desk.alert;
    expect(desk.tick(UNTIL).alert.version).toBe(version);
  });

  it('into the past changes nothing', () => {
    expect(new Desk().give({ kind: 'snooze', until: T }).ignored).toEqual(['it changes nothing']);
  });

  it('of one that was held down and comes to light meanwhile lets it be told when it ends', () => {
    const desk = new Desk(-1).give({ kind: 'snooze' }).level({ sellable: 5 });
    expect(desk.surfaced).not.toContain(ID);
    expect(desk.tick(UNTIL).surfaced).toContain(ID);
  });
});

describe('resolving an episode by hand', () => {
  it('says by whom, and nothing opens while the cause lasts', () => {
    const desk = new Desk().give({ kind: 'resolve', comment: 'counted, all is well' });
    expect(desk.alert).toMatchObject({
      status: 'RESOLVED',
      resolution: 'BY_HAND',
      resolvedBy: 'user:ann',
      resolvedAt: T,
      comments: [{ text: 'counted, all is well' }],
    });
    expect(desk.alert.explanation).toMatch(/ Closed by hand at 13:05\.$/);
    expect(desk.standing(LOW).timer).toMatchObject({ dueAt: NEVER });
    expect(desk.level({ sellable: 20 }).level({ sellable: 42 }).level({ sellable: 10 }).alert).toMatchObject({ version: 2, status: 'RESOLVED' });
  });

  it('lets it open again once the cause had gone, within the cool-down as the same episode', () => {
    const desk = new Desk().give({ kind: 'resolve' }).level({ sellable: 60 });
    expect([desk.standing(LOW).timer, desk.alert.version]).toEqual([null, 2]);
    expect(desk.level({ sellable: 10 }).alert).toMatchObject({ id: ID, status: 'OPEN', resolvedBy: null, resolution: null, version: 3 });
  });

  it('lets a new episode open after the cool-down', () => {
    const desk = new Desk().give({ kind: 'resolve' }).level({ sellable: 60 });
    expect(desk.level({ sellable: 10, updatedAt: T + COOL_DOWN_MS + 1 }).alert).toMatchObject({ id: `${LOW}|5.102`, version: 1, status: 'OPEN' });
  });

  it('goes on explaining what it held down', () => {
    const desk = new Desk(-1);
    const negative = desk.standing('NEGATIVE_ON_HAND|DC-1|10002').newest?.id ?? '';
    desk.give({ kind: 'resolve', alertId: negative }).level({ sellable: -2 });
    expect([desk.standing('NEGATIVE_ON_HAND|DC-1|10002').newest?.status, desk.alert.status]).toEqual(['RESOLVED', 'INHIBITED']);
    expect(desk.level({ sellable: 5 }).alert.status).toBe('OPEN');
  });
});

describe('a comment', () => {
  it('is kept once, however often its command comes', () => {
    const desk = new Desk().give({ kind: 'comment', id: 'c', comment: 'hm' }).give({ kind: 'comment', id: 'c', comment: 'hm' });
    expect([desk.alert.comments, desk.ignored]).toEqual([[{ id: 'c', at: T, by: 'user:ann', text: 'hm' }], ['it changes nothing']]);
  });

  it('is bounded in length and in number', () => {
    const desk = new Desk();
    for (let count = 0; count <= COMMENTS_MAX; count++) desk.give({ kind: 'comment', id: `c${count}`, comment: 'x'.repeat(COMMENT_CHARACTERS_MAX + 1) });
    expect([desk.alert.comments.length, desk.alert.comments[0]?.text.length]).toEqual([COMMENTS_MAX, COMMENT_CHARACTERS_MAX]);
  });
});

describe('a command about an episode that is not there to be changed', () => {
  it.each<[string, Partial<AlertCommand>, string]>([
    ['unknown', { alertId: 'LOW_STOCK|DC-1|none|5.1' }, 'there is no such episode, or a newer one stands in its place'],
    ['older than the one that stands', { alertId: `${LOW}|5.9` }, 'there is no such episode, or a newer one stands in its place'],
    ['no id at all', { alertId: 'nonsense' }, 'there is no such episode, or a newer one stands in its place'],
  ])('%s has no effect', (_title, command, why) => {
    const desk = new Desk().give({ kind: 'acknowledge', ...command } as Partial<AlertCommand> & Pick<AlertCommand, 'kind'>);
    expect([desk.ignored, desk.alert.version]).toEqual([[why], 1]);
  });

  it('resolved has no effect', () => {
    const desk = new Desk().level({ sellable: 60 }).give({ kind: 'comment', comment: 'too late' });
    expect([desk.ignored, desk.alert.version]).toEqual([['the episode is resolved'], 2]);
  });
});
