import { describe, expect, it } from '@jest/globals';
import { MemoryState } from '@quayside/stock';
import { Chance } from './chance.js';
import { checkBatches, checkHistory, type Found } from './checkHistory.js';
import { describeHistory } from './describeHistory.js';
import { type Profile, randomHistory } from './history.js';
import type { LoggedDraft } from './historyRecord.js';
import { shrinkHistory } from './shrinkHistory.js';
import type { Row, Subject } from './subject.js';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
/** Histories of each profile. */
const RUNS = Number(process.env['RUNS'] ?? 600);
const LENGTHS: Readonly<Record<Profile, number>> = { physical: 30, promises: 30, everything: 40 };
/** A failure of the thousands is shown; a bound on the time that shrinking may take. */
const SHRINK_CHECKS_MAX = 20_000;

const begin = (): Subject => new MemoryState();

describe('incremental state equals the oracle after every record', () => {
  it.each(Object.keys(LENGTHS) as Profile[])(
    'on random histories: %s',
    (profile) => {
      let records = 0;
      for (let run = 0; run < RUNS; run++) {
        const seed = SEED + run;
        const history = randomHistory(seed, { profile, count: LENGTHS[profile] });
        records += history.length;
        const found = checkHistory(history, begin);
        if (found !== null) throw new Error(explain({ seed, profile, history, check: (candidate) => checkHistory(candidate, begin) }));
        const cut = (candidate: readonly LoggedDraft[]): Found | null => checkBatches(candidate, begin, sizes(seed));
        if (cut(history) !== null) throw new Error(explain({ seed, profile, history, check: cut }));
      }
      console.info(`${profile}: ${RUNS} histories, ${records} records, counterexamples 0, SEED=${SEED}`);
      expect(records).toBeGreaterThan(RUNS);
    },
    600_000,
  );
});

describe('the oracle notices', () => {
  it.each(Object.entries(spoilers()))('%s', (_title, spoil) => {
    const caught = Array.from({ length: 60 }, (_, run) =>
      checkHistory(randomHistory(run, { profile: 'everything', count: 30 }), () => spoiled(new MemoryState(), spoil)),
    );
    expect(caught.filter((found) => found !== null).length).toBeGreaterThan(0);
  });
});

/** Batches of 1 to 8 records. */
function sizes(seed: number): () => number {
  const chance = new Chance(seed);
  return () => chance.between(1, 8);
}

interface Failure {
  readonly seed: number;
  readonly profile: Profile;
  readonly history: readonly LoggedDraft[];
  readonly check: (candidate: readonly LoggedDraft[]) => Found | null;
}

function explain({ seed, profile, history, check }: Failure): string {
  const first = check(history);
  let checks = 0;
  const small = shrinkHistory(history, (candidate) => checks++ < SHRINK_CHECKS_MAX && check(candidate)?.check === first?.check);
  const found = check(small);
  return `[${found?.check}] at @${found?.offset}: ${found?.detail}\n${describeHistory(small)}\nReplay: SEED=${seed} RUNS=1 (${profile})`;
}

/** One wrong number each, put where a reader of the state would meet it. */
function spoilers(): Record<string, (subject: Subject) => Partial<Subject>> {
  const last = <T>(list: readonly T[], change: (item: T) => T): readonly T[] => list.map((item, index) => (index === 5 ? change(item) : item));
  return {
    'a row of another quantity': ({ rows }) => ({ rows: last(rows, (row: Row) => ({ ...row, delta: row.delta + 1 })) }),
    'a row at another time': ({ rows }) => ({ rows: last(rows, (row: Row) => ({ ...row, occurredAt: row.occurredAt - 60_000 })) }),
    'a row of another lot': ({ rows }) => ({ rows: last(rows, (row: Row) => ({ ...row, lot: 'L9' })) }),
    'a lost row': ({ rows }) => ({ rows: rows.filter((_, index) => index !== 5) }),
    'a level that is one too high': ({ levels }) => ({ levels: new Map([...levels].map(([key, level]) => [key, { ...level, sellable: level.sellable + 1 }])) }),
    'more reserved than is promised': ({ levels }) => ({
      levels: new Map([...levels].map(([key, level]) => [key, { ...level, reserved: level.reserved + 1 }])),
    }),
    'a lost entry': ({ entries }) => ({ entries: entries.slice(1) }),
    'a line that shipped one more': ({ orders }) => ({
      orders: new Map([...orders].map(([key, order]) => [key, { ...order, lines: order.lines.map((line) => ({ ...line, shipped: line.shipped + 1 })) }])),
    }),
  };
}

/** The subject, with a part of what it shows replaced. */
function spoiled(subject: Subject, spoil: (subject: Subject) => Partial<Subject>): Subject {
  const shown = <Part extends 'rows' | 'levels' | 'orders' | 'reservations' | 'entries'>(part: Part): Subject[Part] => spoil(subject)[part] ?? subject[part];
  return {
    take: (records) => subject.take(records),
    get rows() {
      return shown('rows');
    },
    get levels() {
      return shown('levels');
    },
    get orders() {
      return shown('orders');
    },
    get reservations() {
      return shown('reservations');
    },
    get entries() {
      return shown('entries');
    },
  };
}
