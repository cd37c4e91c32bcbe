import {
  available,
  decodeEventRecord,
  encodeEnvelopeAround,
  levelKey,
  onHand,
  readEvent,
  showInstant,
  splitLevelKey,
  wireType,
  type EventEnvelope,
  type Instant,
  type Level,
  type SupplyEvent,
} from '@quayside/contracts';
import { identityKey, settleRepeats, type AcceptedItem, type AdmittedItem, type SettledItem } from '@quayside/standards';
import { foldBatch, touchedKeys, type FoldedRecord, type FreshRecord, type Movement } from '@quayside/stock';
import type { EventStore } from './eventStore.js';
import { rejectedResult } from './eventsAnswer.js';

/** What the events of a request would do if they came next, in their order. */
export interface DryRun {
  readonly items: readonly SettledItem[];
  /** Of each accepted item, in the order of `items`: itself, then what it does at other locations. */
  readonly folded: readonly (readonly FoldedRecord[])[];
  /** Levels that would change, before and after all of it. */
  readonly levels: readonly { readonly now: Level | null; readonly after: Level }[];
}

export interface TryingOut {
  readonly store: EventStore;
  /** Content hash by identityKey of what the door itself remembers; the store knows the rest. */
  readonly hashOf: (identity: string) => string | undefined;
  readonly now: Instant;
}

/** Settles and folds events over the levels of this moment with inventory's own rules; writes nothing. Rejects StoreUnavailable. */
export async function dryRun(admitted: readonly AdmittedItem[], { store, hashOf, now }: TryingOut): Promise<DryRun> {
  const accepted = admitted.filter((item) => item.kind === 'accepted');
  const stored = new Map((await store.readHashes(accepted.map(({ envelope }) => envelope.event))).map((known) => [identityKey(known), known.hash]));
  const items = settleRepeats(admitted, (identity) => stored.get(identity) ?? hashOf(identity));
  const fresh = items.filter((item) => item.kind === 'accepted').map((item) => toRecord(item, now));
  const keys = [...new Set(fresh.flatMap(keysOf))];
  const known = new Map((await store.readLevels(keys.map(splitLevelKey))).map((level) => [levelKey(level.location, level.sku), level]));
  const current = new Map(known);
  const changed = new Set<string>();
  const fold = (record: FreshRecord): FoldedRecord[] => {
    const { records, levels } = foldBatch(current, [record]);
    for (const [key, level] of levels) {
      current.set(key, level);
      changed.add(key);
    }
    return records.flatMap((folded) => [folded, ...hopsOf(folded).flatMap(fold)]);
  };
  const folded = fresh.map(fold);
  const levels = [...changed].flatMap((key) => {
    const after = current.get(key);
    return after === undefined ? [] : [{ now: known.get(key) ?? null, after }];
  });
  return { items, folded, levels };
}

/** The record as inventory would read it back. */
function toRecord({ envelope, text }: AcceptedItem, now: Instant): FreshRecord {
  return freshRecord(decodeEventRecord(new TextEncoder().encode(encodeEnvelopeAround(envelope, text))), now);
}

function freshRecord({ envelope, event }: { readonly envelope: EventEnvelope; readonly event: SupplyEvent }, now: Instant): FreshRecord {
  if (!('location' in event)) throw new Error(`${event.name} cannot be tried out`);
  return { envelope, event, at: { offset: 0, appendedAt: now, recordedAt: now } };
}

/** The levels here and, of a move, those at its other end. */
function keysOf(record: FreshRecord): string[] {
  const { event } = record;
  return [...touchedKeys(record), ...(event.name === 'stock.moved' ? event.lines.map(({ sku }) => levelKey(event.to, sku)) : [])];
}

function hopsOf({ record, result }: FoldedRecord): FreshRecord[] {
  if (result.kind !== 'applied') return [];
  return result.outcome.hops.map(({ envelope }) => freshRecord({ envelope, event: readEvent(envelope.event, envelope.occurredAt) }, record.at.appendedAt));
}

/** The body of a dry run's answer. */
export function showDryRun({ items, folded, levels }: DryRun, requestId: string): object {
  let next = 0;
  const results = items.map((item, index) => {
    if (item.kind === 'refused') return { index, ...rejectedResult(item, requestId) };
    const { id, source } = item.envelope.event;
    if (item.kind === 'repeated') return { index, id, source, status: 'DUPLICATE' };
    return { index, id, source, ...showFolded(folded[next++]) };
  });
  const count = (kind: SettledItem['kind']): number => items.filter((item) => item.kind === kind).length;
  return {
    dryRun: true,
    status: count('refused') === 0 ? 'ACCEPTED' : 'PARTIALLY_ACCEPTED',
    accepted: count('accepted'),
    duplicates: count('repeated'),
    rejected: count('refused'),
    results,
    levels: levels.map(({ now, after }) => ({ location: after.location, sku: after.sku, now: showNumbers(now), after: showNumbers(after) })),
  };
}

function showFolded(records: readonly FoldedRecord[] | undefined): object {
  const [own] = records ?? [];
  if (records === undefined || own === undefined) throw new Error('An accepted event without a result of its fold');
  const { event } = own.record;
  const head = { type: wireType(event.name), location: event.location, occurredAt: showInstant(event.occurredAt) };
  if (own.result.kind === 'setAside')
    return { status: 'QUARANTINED', ...head, reason: own.result.reason, detail: own.result.detail, lines: [], exceptions: [] };
  const applied = records.flatMap(({ result }) => (result.kind === 'applied' ? [result] : []));
  const lines = applied.flatMap(({ movements }) => movements).map(showMovement);
  return { status: 'ACCEPTED', ...head, lines, exceptions: applied.flatMap(({ exceptions }) => exceptions) };
}

function showMovement({ kind, location, sku, lot, bucket, delta, onHandAfter, availableAfter, late }: Movement): object {
  return { kind, location, sku, lot, bucket, delta, onHandAfter, availableAfter, late };
}

/** Numbers of a level; those of a level that does not exist yet are 0. */
function showNumbers(level: Level | null): object {
  if (level === null) return { onHand: 0, available: 0, sellable: 0, inspection: 0, hold: 0, damaged: 0, reserved: 0, version: 0 };
  const { sellable, inspection, hold, damaged, reserved, version } = level;
  return { onHand: onHand(level), available: available(level), sellable, inspection, hold, damaged, reserved, version };
}
