import { levelKey, splitLevelKey, type EventRecord, type Level, type QuarantineReason } from '@quayside/contracts';
import type { Folded, FoldedRecord, FreshRecord, LogPosition } from '@quayside/stock';
import type pg from 'pg';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';
import { writeFolded, writeQuarantine, type Quarantined } from './writeFolded.js';

/** A record of a batch: read, or unreadable with the reason. `bytes` is what stood in the log. */
export type BatchRecord = { readonly at: LogPosition; readonly bytes: Uint8Array } & (
  | { readonly kind: 'event'; readonly content: EventRecord }
  | { readonly kind: 'setAside'; readonly reason: QuarantineReason; readonly detail: string }
);

export interface Batch {
  readonly partition: number;
  /** First offset, equal to the fence. */
  readonly from: number;
  /** Offset after the last. */
  readonly to: number;
  readonly records: readonly BatchRecord[];
  /** The processor's clock, for information. */
  readonly appliedAt: number;
}

/** The pure part, handed in by the service. */
export interface Deciding {
  readonly keysOf: (record: EventRecord) => readonly string[];
  readonly fold: (known: ReadonlyMap<string, Level>, fresh: readonly FreshRecord[]) => Folded;
  /** Levels that are known to be true at `batch.from`. */
  readonly cached: ReadonlyMap<string, Level>;
}

export type Committed =
  | { readonly kind: 'refused' }
  | { readonly kind: 'committed'; readonly folded: Folded; readonly repeats: number; readonly quarantined: number };

/**
 * One batch = one transaction: fence, identities, events with outcomes, ledger, levels, exceptions, quarantine
 * (architecture.md, "A batch", 2). Refused when the fence does not stand at `batch.from`. An error may mean that the
 * outcome is unknown: the caller drops all it holds and starts again from the fence.
 */
export async function commitBatch(pool: pg.Pool, batch: Batch, deciding: Deciding): Promise<Committed> {
  const client = await pool.connect();
  let broken: Error | boolean = true;
  try {
    await client.query('BEGIN');
    if (!(await moveFence(client, batch))) {
      await client.query('ROLLBACK');
      broken = false;
      return { kind: 'refused' };
    }
    const sorted = await takeIdentities(client, batch);
    const known = await knowLevels(client, batch, { fresh: sorted.fresh, deciding });
    const folded = deciding.fold(known, sorted.fresh);
    const quarantined = [...sorted.quarantined, ...(await setAside(client, batch, folded))];
    await writeFolded(client, { batch, folded, bytesAt: bytesAt(batch) });
    await writeQuarantine(client, batch.partition, quarantined);
    await client.query('COMMIT');
    broken = false;
    return { kind: 'committed', folded, repeats: sorted.repeats, quarantined: quarantined.length };
  } finally {
    // After an error the connection's state is unknown: it is closed, which also ends its transaction.
    client.release(broken);
  }
}

async function moveFence(client: pg.PoolClient, batch: Batch): Promise<boolean> {
  const lastRecordedAt = batch.records[batch.records.length - 1]?.at.recordedAt ?? 0;
  const moved = await client.query({
    name: 'move-fence',
    text: 'UPDATE fence SET next_offset = $3, last_recorded_at = $4 WHERE partition = $1 AND next_offset = $2',
    values: [batch.partition, batch.from, batch.to, lastRecordedAt],
  });
  return moved.rowCount === 1;
}

interface Sorted {
  readonly fresh: readonly FreshRecord[];
  readonly quarantined: readonly Quarantined[];
  readonly repeats: number;
}
interface Arrival { readonly record: FreshRecord; readonly bytes: Uint8Array }

/** Tells new events from repeats and conflicts; the lowest offset of an id wins. */
async function takeIdentities(client: pg.PoolClient, batch: Batch): Promise<Sorted> {
  const quarantined: Quarantined[] = [];
  const first = new Map<string, Arrival>();
  const later: Arrival[] = [];
  for (const record of batch.records) {
    if (record.kind === 'setAside') {
      quarantined.push({ at: record.at, reason: record.reason, detail: record.detail, source: null, id: null, bytes: record.bytes });
      continue;
    }
    const arrival = { record: { ...record.content, at: record.at }, bytes: record.bytes };
    const key = identityOf(arrival.record);
    if (first.has(key)) later.push(arrival);
    else first.set(key, arrival);
  }
  const inserted = await insertIdentities(client, batch.partition, [...first.values()]);
  const known = new Map<string, string>();
  const fresh: FreshRecord[] = [];
  for (const [key, arrival] of first) {
    if (inserted.has(key)) {
      fresh.push(arrival.record);
      known.set(key, arrival.record.envelope.hash);
    } else later.push(arrival);
  }
  const missing = later.filter((arrival) => !known.has(identityOf(arrival.record)));
  for (const [key, hash] of await readHashes(client, batch.partition, missing)) known.set(key, hash);
  const repeated: Arrival[] = [];
  for (const arrival of later) {
    if (known.get(identityOf(arrival.record)) === arrival.record.envelope.hash) repeated.push(arrival);
    else quarantined.push(conflict(arrival));
  }
  await countRepeats(client, batch.partition, repeated);
  return { fresh, quarantined, repeats: repeated.length };
}

async function insertIdentities(client: pg.PoolClient, partition: number, arrivals: readonly Arrival[]): Promise<Set<string>> {
  if (arrivals.length === 0) return new Set();
  const { rows } = await client.query<{ source: string; id: string }>({
    name: 'insert-identities',
    text: `INSERT INTO event_key (partition, source, id, hash, "offset", state)
           SELECT $1, source, id, hash, "offset", 'APPLIED' FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS given (source, id, hash, "offset")
           ON CONFLICT DO NOTHING RETURNING source, id`,
    values: [partition, arrivals.map((a) => a.record.event.source), arrivals.map((a) => a.record.event.id), arrivals.map((a) => a.record.envelope.hash), arrivals.map((a) => a.record.at.offset)],
  });
  return new Set(rows.map((row) => `${row.source}|${row.id}`));
}

async function readHashes(client: pg.PoolClient, partition: number, arrivals: readonly Arrival[]): Promise<Map<string, string>> {
  if (arrivals.length === 0) return new Map();
  const { rows } = await client.query<{ source: string; id: string; hash: string }>({
    name: 'read-hashes',
    text: `SELECT k.source, k.id, k.hash FROM event_key k JOIN unnest($2::text[], $3::text[]) AS given (source, id) ON k.source = given.source AND k.id = given.id WHERE k.partition = $1`,
    values: [partition, arrivals.map((a) => a.record.event.source), arrivals.map((a) => a.record.event.id)],
  });
  return new Map(rows.map((row) => [`${row.source}|${row.id}`, row.hash]));
}

async function countRepeats(client: pg.PoolClient, partition: number, repeated: readonly Arrival[]): Promise<void> {
  if (repeated.length === 0) return;
  await client.query({
    name: 'count-repeats',
    text: `UPDATE event_key k SET repeats = k.repeats + given.times
           FROM (SELECT source, id, count(*)::int AS times FROM unnest($2::text[], $3::text[]) AS each (source, id) GROUP BY 1, 2) AS given
           WHERE k.partition = $1 AND k.source = given.source AND k.id = given.id`,
    values: [partition, repeated.map((a) => a.record.event.source), repeated.map((a) => a.record.event.id)],
  });
}

async function knowLevels(client: pg.PoolClient, batch: Batch, what: { fresh: readonly FreshRecord[]; deciding: Deciding }): Promise<ReadonlyMap<string, Level>> {
  const known = new Map<string, Level>();
  const unknown = new Map<string, { location: string; sku: string }>();
  for (const record of what.fresh) {
    for (const key of what.deciding.keysOf(record)) {
      const cached = what.deciding.cached.get(key);
      if (cached !== undefined) known.set(key, cached);
      else unknown.set(key, splitLevelKey(key));
    }
  }
  if (unknown.size === 0) return known;
  const keys = [...unknown.values()];
  const { rows } = await client.query<LevelRow>({
    name: 'know-levels',
    text: `SELECT ${LEVEL_COLUMNS} FROM level JOIN unnest($2::text[], $3::text[]) AS given (location, sku) USING (location, sku) WHERE partition = $1`,
    values: [batch.partition, keys.map((key) => key.location), keys.map((key) => key.sku)],
  });
  for (const row of rows) known.set(levelKey(row.location, row.sku), levelFromRow(row));
  return known;
}

/** Events that the rules set aside keep their identity (a repeat stays a repeat) and go to quarantine. */
async function setAside(client: pg.PoolClient, batch: Batch, folded: Folded): Promise<Quarantined[]> {
  const bytes = bytesAt(batch);
  const quarantined = folded.records.flatMap(({ record, result }: FoldedRecord): Quarantined[] =>
    result.kind === 'setAside' ? [{ at: record.at, reason: result.reason, detail: result.detail, source: record.event.source, id: record.event.id, bytes: bytes(record.at.offset) }] : [],
  );
  if (quarantined.length === 0) return [];
  await client.query({
    text: `UPDATE event_key k SET state = 'QUARANTINED' FROM unnest($2::text[], $3::text[]) AS given (source, id) WHERE k.partition = $1 AND k.source = given.source AND k.id = given.id`,
    values: [batch.partition, quarantined.map((q) => q.source), quarantined.map((q) => q.id)],
  });
  return quarantined;
}

function conflict({ record, bytes }: Arrival): Quarantined {
  const { source, id } = record.event;
  return { at: record.at, reason: 'ID_CONFLICT', detail: `Another event with other content came first under id ${id} of ${source}`, source, id, bytes };
}

function bytesAt(batch: Batch): (offset: number) => Uint8Array {
  return (offset) => {
    const record = batch.records[offset - batch.from];
    if (record === undefined || record.at.offset !== offset) throw new Error(`Offset ${offset} is not where it belongs in the batch from ${batch.from}`);
    return record.bytes;
  };
}

// A source holds no '|', so this is unambiguous.
const identityOf = (record: EventRecord): string => `${record.event.source}|${record.event.id}`;
