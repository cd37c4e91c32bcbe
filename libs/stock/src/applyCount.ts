import { levelKey, type Bucket, type CountLine, type Quantity, type StockCounted } from '@quayside/contracts';
import { book, sumBefore } from './book.js';
import { DONE, type Decision } from './decision.js';
import type { Draft } from './draft.js';
import type { FactPlace } from './factPlace.js';
import { ledgerKey, type LedgerKey } from './movement.js';

/**
 * A count observes exactly one key each, and books the variance at its own time (domain.md, "Counts, late facts and voids").
 * A row is left where nothing was missing too: it says that somebody looked.
 */
export function applyCount(event: StockCounted, draft: Draft): Decision {
  const place: FactPlace = { ...draft.cause, occurredAt: draft.at.occurredAt, sequence: event.sequence };
  const found = event.lines.map((line) => ({ key: keyOf(event.location, line), counted: line.counted }));
  const named = new Set(found.map(({ key }) => ledgerKey(key)));
  const zeros = event.complete === true ? unnamedKeys(draft, found, named).map((key) => ({ key, counted: 0 })) : [];
  for (const { key, counted } of [...found, ...zeros]) countKey(draft, { key, counted, place, document: event.count ?? null });
  return DONE;
}

const keyOf = (location: string, { sku, bucket = 'sellable', lot }: CountLine): LedgerKey => ({ location, sku, bucket, lot: lot ?? null });

function countKey(draft: Draft, { key, counted, place, document }: { key: LedgerKey; counted: Quantity; place: FactPlace; document: string | null }): void {
  const delta = counted - sumBefore(draft, key, place);
  draft.keepCount({ ...key, ...place, counted });
  const { lastCountAt } = draft.level(key.location, key.sku);
  draft.putLevel(key.location, key.sku, { lastCountAt: Math.max(lastCountAt ?? place.occurredAt, place.occurredAt) });
  book(draft, { ...key, place, kind: 'COUNT_VARIANCE', delta, by: null, reason: null, document, orderNumber: null, orderLine: null });
}

/** What is known at each (sku, bucket) that a complete count names, and was not itself named: lots, and goods without one. */
function unnamedKeys(draft: Draft, found: readonly { key: LedgerKey }[], named: ReadonlySet<string>): LedgerKey[] {
  const buckets = new Map(found.map(({ key }) => [`${key.sku}\t${key.bucket}`, key]));
  return [...buckets.values()].flatMap(({ location, sku, bucket }) =>
    lotsOf(draft, { location, sku, bucket })
      .map((lot) => ({ location, sku, bucket, lot }))
      .filter((key) => !named.has(ledgerKey(key))),
  );
}

function lotsOf({ world }: Draft, { location, sku, bucket }: { location: string; sku: string; bucket: Bucket }): (string | null)[] {
  const name = `${location}\t${sku}\t${bucket}`;
  const known = world.known.lots.get(name);
  if (known === undefined && world.known.levels.get(levelKey(location, sku)) !== null) world.wanted.lots.add(name);
  const lots = new Set<string | null>(known);
  for (const lot of world.lots.get(name) ?? []) lots.add(lot);
  // In an order that depends on nothing but the lots: a rebuild books the same rows.
  return [...lots].sort((a, b) => (a === b ? 0 : (a ?? '') < (b ?? '') ? -1 : 1));
}
