import { BUCKETS, type EventIdentity, levelKey, type MovementKind, type Quantity, type SupplyEvent } from '@quayside/contracts';
import { differs, type Discrepancy } from './discrepancy.js';
import { compareFacts, type FactPosition, positionOf } from './oracle/factOrder.js';
import { afterSaying, type Fact, type PhysicalStock, sayingsOf, stockKeyText } from './oracle/physicalStock.js';
import type { Row, Subject } from './subject.js';

type Moment = { readonly position: FactPosition } & ({ readonly row: Row } | { readonly fact: Fact });

/**
 * Sums of rows against brute force at every place in the order of facts, hence at every instant, also within one. Rows are
 * never changed afterwards and carry their record's recordedAt (looked at elsewhere), so that this, after every step, is the
 * as-known question too.
 */
export function compareTimelines(rows: readonly Row[], stock: PhysicalStock): Discrepancy | null {
  const moments: Moment[] = [
    ...stock.inOrder().map((fact) => ({ position: fact.position, fact })),
    ...rows.map((row) => ({ position: rowPosition(row), row })),
  ].sort((a, b) => compareFacts(a.position, b.position));
  const truth = new Map<string, Quantity>();
  const sums = new Map<string, Quantity>();
  let touched = new Set<string>();
  for (const [index, moment] of moments.entries()) {
    for (const key of 'row' in moment ? addRow(moment.row, sums) : addFact(moment.fact, truth)) touched.add(key);
    const next = moments[index + 1];
    if (next !== undefined && compareFacts(moment.position, next.position) === 0) continue;
    for (const key of touched) {
      const [is, should] = [sums.get(key) ?? 0, truth.get(key) ?? 0];
      if (is !== should)
        return { check: 'as-of', detail: `${key} right after ${showPosition(moment.position)}: expected ${should}, the rows up to there sum up to ${is}` };
    }
    touched = new Set();
  }
  return null;
}

/** Levels show what is there after the last fact, bucket by bucket. */
export function compareLevels(subject: Subject, stock: PhysicalStock): Discrepancy | null {
  const keys = new Set([...stock.levelKeys(), ...subject.levels.keys()]);
  for (const key of keys) {
    const [location = '', sku = ''] = key.split('\t');
    const level = subject.levels.get(key);
    for (const bucket of BUCKETS) {
      const found = differs('level', { what: `${bucket} of ${sku} at ${location}`, subject: level?.[bucket] ?? 0 }, stock.bucket(location, sku, bucket));
      if (found !== null) return found;
    }
    const strange = differs('level', { what: `inTransit and onOrder of ${sku}`, subject: [level?.inTransit ?? 0, level?.onOrder ?? 0] }, [0, 0]);
    if (strange !== null) return strange;
  }
  return null;
}

const KIND_OF: Partial<Record<SupplyEvent['name'], MovementKind>> = {
  'stock.received': 'RECEIVED',
  'stock.shipped': 'SHIPPED',
  'stock.moved': 'MOVED',
  'hop.stockIn': 'MOVED',
  'stock.adjusted': 'ADJUSTED',
  'adjustment.requested': 'ADJUSTED',
  'stock.returned': 'RETURNED',
  'stock.dispositionChanged': 'DISPOSITION_CHANGED',
};

/** The rows of the record's own fact sum up to what it says of each key (a line may be cut by the order's lines that it is for); rows at the place of another are named by what booked them. */
export function compareOwnRows(rows: readonly Row[], event: SupplyEvent): Discrepancy | null {
  const own = rows.filter((row) => row.by === null);
  const kind = KIND_OF[event.name];
  const said =
    kind === undefined
      ? []
      : sayingsOf(event).map((saying) => ({ key: `${kind} ${stockKeyText(saying.key)}`, delta: saying.kind === 'delta' ? saying.delta : 0 }));
  const shown = own.filter((row) => row.kind !== 'COUNT_VARIANCE').map((row) => ({ key: `${row.kind} ${stockKeyText(keyOfRow(row))}`, delta: row.delta }));
  return (
    differs('own rows', { what: 'rows of the fact itself', subject: summed(shown) }, summed(said)) ??
    own
      .map((row) => differs('row place', { what: 'place of a row in the order of facts', subject: rowPosition(row) }, positionOf(event)))
      .find((found) => found !== null) ??
    rows.map((row) => compareBooked(row, event)).find((found) => found !== null) ??
    null
  );
}

function summed(list: readonly { readonly key: string; readonly delta: Quantity }[]): string[] {
  const sums = new Map<string, Quantity>();
  for (const { key, delta } of list) sums.set(key, (sums.get(key) ?? 0) + delta);
  return [...sums].map(([key, sum]) => `${key} ${sum}`).sort();
}

function compareBooked(row: Row, event: SupplyEvent): Discrepancy | null {
  if (row.by === null) return null;
  const isKind = row.kind === 'VARIANCE_REVISION' || row.kind === 'VOID';
  const names = event.name === 'hop.stockIn' || event.name === 'hop.voided' ? [event, event.cause] : [event];
  const isNamed = names.some(({ source, id }: EventIdentity) => row.by?.source === source && row.by.id === id);
  return isKind && isNamed ? null : { check: 'booked rows', detail: `a row booked at another's place is ${row.kind} by ${JSON.stringify(row.by)}` };
}

/** A count leaves a variance row for each key that it saw, of 0 too. */
export function compareVariances(rows: readonly Row[], fact: Fact): Discrepancy | null {
  const shown = rows.filter((row) => row.kind === 'COUNT_VARIANCE').map((row) => stockKeyText(keyOfRow(row)));
  const seen = fact.sayings.map(({ key }) => stockKeyText(key));
  return differs('count rows', { what: 'COUNT_VARIANCE rows of the count', subject: shown.sort() }, seen.sort());
}

/** onHandAfter is in the order in which rows were applied. */
export function compareRunning(rows: readonly Row[], running: Map<string, Quantity>): Discrepancy | null {
  for (const row of rows) {
    const key = levelKey(row.location, row.sku);
    const onHand = (running.get(key) ?? 0) + row.delta;
    running.set(key, onHand);
    const found = differs('onHandAfter', { what: `onHandAfter of row ${row.offset}.${row.line}`, subject: row.onHandAfter }, onHand);
    if (found !== null) return found;
  }
  return null;
}

const rowPosition = ({ occurredAt, source, sequence, eventId }: Row): FactPosition => ({ occurredAt, source, sequence, id: eventId });

const keyOfRow = ({ location, sku, bucket, lot }: Row) => ({ location, sku, lot, bucket: BUCKETS.find((each) => each === bucket) ?? 'sellable' });

function addRow(row: Row, sums: Map<string, Quantity>): string[] {
  const key = stockKeyText(keyOfRow(row));
  sums.set(key, (sums.get(key) ?? 0) + row.delta);
  return [key];
}

function addFact({ sayings }: Fact, truth: Map<string, Quantity>): string[] {
  for (const saying of sayings) truth.set(stockKeyText(saying.key), afterSaying(saying, truth));
  return sayings.map(({ key }) => stockKeyText(key));
}

const showPosition = ({ occurredAt, source, sequence, id }: FactPosition): string =>
  `(${new Date(occurredAt).toISOString().slice(11, 19)}, ${source}, ${sequence}, ${id})`;
