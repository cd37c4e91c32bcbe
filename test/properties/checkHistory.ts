import { type Level, levelKey, type SupplyEvent } from '@quayside/contracts';
import { compareOutcome, compareVerdict } from './compareOutcome.js';
import { compareLevels, compareOwnRows, compareRunning, compareTimelines, compareVariances } from './comparePhysical.js';
import { compareEntries, comparePromises, compareReserved } from './comparePromises.js';
import { differs, type Discrepancy, firstOf } from './discrepancy.js';
import { type HistoryRecord, type LoggedDraft, recordOf } from './historyRecord.js';
import { brokenConfirmation, brokenIdentity } from './identities.js';
import { type Expected, Oracle } from './oracle/oracle.js';
import type { Entry, Row, Subject, Taken } from './subject.js';

/** A difference, and the record at which it showed. */
export interface Found extends Discrepancy {
  readonly offset: number;
}

/** Takes a history record by record and compares everything after each; null where subject and oracle agree to the end. */
export function checkHistory(history: readonly LoggedDraft[], begin: () => Subject): Found | null {
  const walk = new Walk(begin());
  for (const logged of history) {
    const found = walk.step(recordOf(logged));
    if (found !== null) return { ...found, offset: logged.at.offset };
  }
  const changed = walk.changedRow();
  return changed === null ? null : { ...changed, offset: history.at(-1)?.at.offset ?? 0 };
}

/** The same log cut into batches in another way has to give the same state. */
export function checkBatches(history: readonly LoggedDraft[], begin: () => Subject, sizes: () => number): Found | null {
  const records = history.map(recordOf);
  const [whole, cut] = [begin(), begin()];
  for (const record of records) whole.take([record]);
  for (let from = 0; from < records.length;) {
    const size = sizes();
    cut.take(records.slice(from, from + size));
    from += size;
  }
  const found = firstOf(
    (['rows', 'levels', 'orders', 'reservations', 'entries'] as const).map(
      (part) => () => differs('batches', { what: `${part} in other batches`, subject: listed(cut[part]) }, listed(whole[part])),
    ),
  );
  return found === null ? null : { ...found, offset: records.at(-1)?.at.offset ?? 0 };
}

const listed = (part: readonly unknown[] | ReadonlyMap<string, unknown>): unknown => (part instanceof Map ? Object.fromEntries(part) : part);

class Walk {
  private readonly oracle = new Oracle();
  private readonly running = new Map<string, number>();
  private readonly remembered: string[] = [];
  private entryCount = 0;
  private levels = new Map<string, Level>();

  constructor(private readonly subject: Subject) {}

  step(record: HistoryRecord): Discrepancy | null {
    const before = this.levels;
    const taken = this.take(record);
    if ('check' in taken) return taken;
    const expected = this.oracle.learn(record);
    const rows = this.subject.rows.slice(this.remembered.length);
    const entries = this.subject.entries.slice(this.entryCount);
    this.remembered.push(...rows.map((row) => JSON.stringify(row)));
    this.entryCount += entries.length;
    this.levels = new Map([...this.subject.levels].map(([key, level]) => [key, { ...level }]));
    return firstOf([
      () => compareVerdict(taken, expected),
      () => compareTimelines(this.subject.rows, this.oracle.stock),
      () => compareLevels(this.subject, this.oracle.stock),
      () => this.compareRows(rows, { record, expected }),
      () => compareEntries(entries, expected.journal),
      () => comparePromises(this.subject, this.oracle),
      () => compareReserved(this.subject, this.oracle),
      () => brokenIdentity(this.subject),
      () => this.compareConfirmations(entries, { record, before }),
      () =>
        taken.kind === 'applied' && expected.admission.kind === 'applied'
          ? compareOutcome(taken, expected.admission, { subject: this.subject, before, expected, oracle: this.oracle })
          : this.changedNothing({ taken, before, rows, entries }),
    ]);
  }

  /** History is append-only. */
  changedRow(): Discrepancy | null {
    const index = this.subject.rows.findIndex((row, place) => JSON.stringify(row) !== this.remembered[place]);
    return index < 0
      ? null
      : { check: 'append-only', detail: `row ${index} was ${this.remembered[index]} and became ${JSON.stringify(this.subject.rows[index])}` };
  }

  private take(record: HistoryRecord): Taken | Discrepancy {
    try {
      const [taken] = this.subject.take([record]);
      return taken ?? { check: 'throws', detail: 'take gave no result' };
    } catch (error) {
      return { check: 'throws', detail: error instanceof Error ? `${error.message}\n${error.stack?.split('\n').slice(1, 4).join('\n')}` : String(error) };
    }
  }

  private compareRows(rows: readonly Row[], { record, expected }: { readonly record: HistoryRecord; readonly expected: Expected }): Discrepancy | null {
    const { offset, recordedAt } = record.at;
    const strange = rows.find((row) => row.offset !== offset || row.recordedAt !== recordedAt);
    if (strange !== undefined) return { check: 'row head', detail: `a row of another record or time: ${JSON.stringify(strange)}` };
    const running = compareRunning(rows, this.running);
    if (running !== null || expected.admission.kind !== 'applied') return running;
    const { event } = expected.admission;
    const fact = this.oracle.stock.factOf(event);
    return firstOf([
      () => (expected.isGranted === false ? differs('own rows', { what: 'rows of a refused command', subject: rows }, []) : compareOwnRows(rows, event)),
      () => (event.name === 'stock.counted' && fact !== undefined ? compareVariances(rows, fact) : null),
      () => this.compareLate(rows, event),
    ]);
  }

  /** `late`: newer facts of the same level had been applied. Facts of orders may or may not count; what is certain is looked at. */
  private compareLate(rows: readonly Row[], event: SupplyEvent): Discrepancy | null {
    const earlier = this.subject.rows.slice(0, this.remembered.length - rows.length);
    for (const row of rows.filter(({ by }) => by === null)) {
      const isSurelyLate = earlier.some(
        ({ location, sku, by, occurredAt }) => by === null && location === row.location && sku === row.sku && occurredAt > event.occurredAt,
      );
      const newest = this.newestBefore.get(row.location) ?? 0;
      if (isSurelyLate && !row.late) return { check: 'late', detail: `not late, though newer facts were applied: ${JSON.stringify(row)}` };
      if (row.late && newest <= event.occurredAt) return { check: 'late', detail: `late, though nothing newer was applied: ${JSON.stringify(row)}` };
    }
    if ('location' in event) this.newestBefore.set(event.location, Math.max(this.newestBefore.get(event.location) ?? 0, event.occurredAt));
    return null;
  }
  /** Newest occurredAt of anything applied, by location. */
  private readonly newestBefore = new Map<string, number>();

  private compareConfirmations(
    entries: readonly Entry[],
    { record, before }: { readonly record: HistoryRecord; readonly before: ReadonlyMap<string, Level> },
  ): Discrepancy | null {
    const strange = entries.find((entry) => entry.offset !== record.at.offset || entry.recordedAt !== record.at.recordedAt);
    if (strange !== undefined) return { check: 'entries', detail: `an entry of another record or time: ${JSON.stringify(strange)}` };
    return brokenConfirmation(entries, {
      sellable: (location, sku) => this.oracle.stock.bucket(location, sku, 'sellable'),
      reserved: (location, sku) => before.get(levelKey(location, sku))?.reserved ?? 0,
    });
  }

  private changedNothing({
    taken,
    before,
    rows,
    entries,
  }: {
    taken: Taken;
    before: ReadonlyMap<string, Level>;
    rows: readonly Row[];
    entries: readonly Entry[];
  }): Discrepancy | null {
    const outcome = taken.kind === 'applied' ? taken.outcome.hops.length + taken.outcome.changes.filter(({ kind }) => kind !== 'decision').length : 0;
    const found = differs('no effect', { what: 'rows, entries, changes and hops of a record without effect', subject: [rows, entries, outcome] }, [[], [], 0]);
    return (
      found ??
      differs('no effect', { what: 'levels after a record without effect', subject: Object.fromEntries(this.subject.levels) }, Object.fromEntries(before))
    );
  }
}
