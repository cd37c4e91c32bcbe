import { decodeEventRecord, type EventRecord, type SupplyEvent } from '@quayside/contracts';
import type { Folded, LogPosition, VoidedIdentity } from '@quayside/stock';
import type pg from 'pg';
import type { Batch } from './commitBatch.js';
import type { Quarantined } from './quarantine.js';

/** An event at its place in the log, new to this partition. */
export type NewRecord<Event extends SupplyEvent = SupplyEvent> = EventRecord<Event> & {
  readonly at: LogPosition;
  readonly bytes: Uint8Array;
  /** Its void has come before it. */
  readonly isVoided: boolean;
};

export interface Sorted {
  readonly fresh: readonly NewRecord[];
  readonly quarantined: readonly Quarantined[];
  readonly repeats: number;
}

/** Tells new events from repeats and conflicts; the lowest offset of an id wins. Identities are kept for ever. */
export async function takeIdentities(client: pg.PoolClient, batch: Batch): Promise<Sorted> {
  const quarantined: Quarantined[] = [];
  const first = new Map<string, NewRecord>();
  const later: NewRecord[] = [];
  for (const record of batch.records) {
    if (record.kind === 'setAside') {
      quarantined.push({ at: record.at, reason: record.reason, detail: record.detail, source: null, id: null, bytes: record.bytes });
      continue;
    }
    const arrival: NewRecord = { ...record.content, at: record.at, bytes: record.bytes, isVoided: false };
    const key = identityOf(arrival);
    if (first.has(key)) later.push(arrival);
    else first.set(key, arrival);
  }
  const inserted = await insertIdentities(client, batch.partition, [...first.values()]);
  const known = new Map<string, string>();
  const fresh: NewRecord[] = [];
  for (const [key, arrival] of first) {
    if (inserted.has(key)) {
      fresh.push(arrival);
      known.set(key, arrival.envelope.hash);
    } else later.push(arrival);
  }
  // Among those of one id the first in the log counts, whether its insert failed or it came again.
  later.sort((a, b) => a.at.offset - b.at.offset);
  for (const { arrival, isVoided } of await claimTombstones(client, batch.partition, later)) {
    fresh.push({ ...arrival, isVoided });
    known.set(identityOf(arrival), arrival.envelope.hash);
    later.splice(later.indexOf(arrival), 1);
  }
  fresh.sort((a, b) => a.at.offset - b.at.offset);
  const missing = later.filter((arrival) => !known.has(identityOf(arrival)));
  for (const [key, hash] of await readHashes(client, batch.partition, missing)) known.set(key, hash);
  const repeated: NewRecord[] = [];
  for (const arrival of later) {
    if (known.get(identityOf(arrival)) === arrival.envelope.hash) repeated.push(arrival);
    else quarantined.push(conflict(arrival));
  }
  await countRepeats(client, batch.partition, repeated);
  return { fresh, quarantined, repeats: repeated.length };
}

/** Events that had no effect keep their identity: a repeat of one is a repeat. */
export async function markQuarantined(client: pg.PoolClient, partition: number, records: readonly Quarantined[]): Promise<void> {
  if (records.length === 0) return;
  await client.query({
    text: `UPDATE event_key k SET state = 'QUARANTINED' FROM unnest($2::text[], $3::text[]) AS given (source, id) WHERE k.partition = $1 AND k.source = given.source AND k.id = given.id`,
    values: [partition, records.map((record) => record.source), records.map((record) => record.id)],
  });
}

/** Voids, and events whose void had come first, as the fold has decided. */
export async function settleVoids(client: pg.PoolClient, partition: number, { records }: Folded): Promise<void> {
  for (const { record, result } of records) {
    if (result.kind !== 'applied') continue;
    if (result.voids !== null) await writeVoid(client, partition, { target: result.voids, offset: record.at.offset });
    if (result.isVoided || record.isVoided === true) {
      await client.query(`UPDATE event_key SET state = $4 WHERE partition = $1 AND source = $2 AND id = $3`, [
        partition,
        record.event.source,
        record.event.id,
        result.isVoided ? 'VOIDED' : 'APPLIED',
      ]);
    }
  }
}

/** Before its target a void leaves a tombstone under the target's identity; one that waits in quarantine keeps its state and knows of the void. */
async function writeVoid(client: pg.PoolClient, partition: number, { target, offset }: { target: VoidedIdentity; offset: number }): Promise<void> {
  await client.query(
    target.state === 'VOIDED'
      ? `UPDATE event_key SET state = 'VOIDED', void_offset = $4 WHERE partition = $1 AND source = $2 AND id = $3`
      : `INSERT INTO event_key (partition, source, id, hash, "offset", state, void_offset) VALUES ($1, $2, $3, '', $4, 'TOMBSTONE', $4)
         ON CONFLICT (partition, source, id) DO UPDATE SET void_offset = EXCLUDED.void_offset,
           "offset" = CASE WHEN event_key.state = 'TOMBSTONE' THEN EXCLUDED."offset" ELSE event_key."offset" END`,
    [partition, target.source, target.id, offset],
  );
}

/** The first arrivals of events whose tombstone stands: they take its place. A void of another location was not about them. */
async function claimTombstones(
  client: pg.PoolClient,
  partition: number,
  arrivals: readonly NewRecord[],
): Promise<{ readonly arrival: NewRecord; readonly isVoided: boolean }[]> {
  if (arrivals.length === 0) return [];
  const first = [...new Map(arrivals.toReversed().map((arrival) => [identityOf(arrival), arrival])).values()];
  const { rows } = await client.query<{ source: string; id: string; void_offset: number }>({
    name: 'claim-tombstones',
    text: `UPDATE event_key k SET hash = given.hash, "offset" = given."offset", state = 'APPLIED'
           FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS given (source, id, hash, "offset")
           WHERE k.partition = $1 AND k.source = given.source AND k.id = given.id AND k.state = 'TOMBSTONE' RETURNING k.source, k.id, k.void_offset`,
    values: [partition, first.map((a) => a.event.source), first.map((a) => a.event.id), first.map((a) => a.envelope.hash), first.map((a) => a.at.offset)],
  });
  const voids = new Map(rows.map((row) => [`${row.source}|${row.id}`, row.void_offset]));
  const locations = await readVoidLocations(client, partition, [...voids.values()]);
  return first.flatMap((arrival) => {
    const offset = voids.get(identityOf(arrival));
    if (offset === undefined) return [];
    const { event } = arrival;
    return [{ arrival, isVoided: 'location' in event && locations.get(offset) === event.location }];
  });
}

/** Which location the void at each of these offsets names. */
export async function readVoidLocations(client: pg.PoolClient, partition: number, offsets: readonly number[]): Promise<Map<number, string>> {
  if (offsets.length === 0) return new Map();
  const { rows } = await client.query<{ offset: number; record: Buffer }>({
    name: 'void-records',
    // A void that was let through stands where the decision does; its own record is the quarantined one.
    text: `SELECT e."offset", coalesce(q.record, e.record) AS record FROM event e
           LEFT JOIN quarantine q ON q.partition = e.partition AND q.decided_offset = e."offset" AND e.name = 'event.voided'
           WHERE e.partition = $1 AND e."offset" = ANY ($2::bigint[])`,
    values: [partition, offsets],
  });
  return new Map(
    rows.flatMap(({ offset, record }) => {
      const { event } = decodeEventRecord(record);
      return 'location' in event ? [[offset, event.location] as const] : [];
    }),
  );
}

async function insertIdentities(client: pg.PoolClient, partition: number, arrivals: readonly NewRecord[]): Promise<Set<string>> {
  if (arrivals.length === 0) return new Set();
  const { rows } = await client.query<{ source: string; id: string }>({
    name: 'insert-identities',
    text: `INSERT INTO event_key (partition, source, id, hash, "offset", state)
           SELECT $1, source, id, hash, "offset", 'APPLIED' FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) AS given (source, id, hash, "offset")
           ON CONFLICT DO NOTHING RETURNING source, id`,
    values: [
      partition,
      arrivals.map((a) => a.event.source),
      arrivals.map((a) => a.event.id),
      arrivals.map((a) => a.envelope.hash),
      arrivals.map((a) => a.at.offset),
    ],
  });
  return new Set(rows.map((row) => `${row.source}|${row.id}`));
}

async function readHashes(client: pg.PoolClient, partition: number, arrivals: readonly NewRecord[]): Promise<Map<string, string>> {
  if (arrivals.length === 0) return new Map();
  const { rows } = await client.query<{ source: string; id: string; hash: string }>({
    name: 'read-hashes',
    text: `SELECT k.source, k.id, k.hash FROM event_key k JOIN unnest($2::text[], $3::text[]) AS given (source, id) ON k.source = given.source AND k.id = given.id WHERE k.partition = $1`,
    values: [partition, arrivals.map((a) => a.event.source), arrivals.map((a) => a.event.id)],
  });
  return new Map(rows.map((row) => [`${row.source}|${row.id}`, row.hash]));
}

async function countRepeats(client: pg.PoolClient, partition: number, repeated: readonly NewRecord[]): Promise<void> {
  if (repeated.length === 0) return;
  await client.query({
    name: 'count-repeats',
    text: `UPDATE event_key k SET repeats = k.repeats + given.times
           FROM (SELECT source, id, count(*)::int AS times FROM unnest($2::text[], $3::text[]) AS each (source, id) GROUP BY 1, 2) AS given
           WHERE k.partition = $1 AND k.source = given.source AND k.id = given.id`,
    values: [partition, repeated.map((a) => a.event.source), repeated.map((a) => a.event.id)],
  });
}

function conflict({ event: { source, id }, at, bytes }: NewRecord): Quarantined {
  return { at, reason: 'ID_CONFLICT', detail: `Another event with other content came first under id ${id} of ${source}`, source, id, bytes };
}

// Only hops' ids hold a '|', and their source none: this is unambiguous.
const identityOf = (record: EventRecord): string => `${record.event.source}|${record.event.id}`;
