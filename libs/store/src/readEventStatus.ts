import {
  decodeEventRecord,
  PARTITION_COUNT,
  partitionOf,
  type Bucket,
  type Change,
  type EventName,
  type Hop,
  type Instant,
  type Outcome,
  type Quantity,
} from '@quayside/contracts';
import type pg from 'pg';

/** What became of one event at the partition that owns it: the answer to "did it arrive, and what did it do". */
export interface EventStatus {
  readonly partition: number;
  readonly offset: number;
  /** APPLIED, QUARANTINED, or what later rules make of it. */
  readonly state: string;
  /** Null where the stored record cannot be read. */
  readonly name: EventName | null;
  readonly location: string | null;
  readonly hash: string;
  /** How often the same content came again. */
  readonly repeats: number;
  readonly occurredAt: Instant | null;
  /** When it was safe in the log; null while it waits in quarantine, as the other two. */
  readonly receivedAt: Instant | null;
  readonly recordedAt: Instant | null;
  readonly appliedAt: Instant | null;
  readonly movements: readonly EventMovement[];
  readonly changes: readonly Change[];
  /** What it does at locations of other partitions; `state` is null while that is on its way. */
  readonly hops: readonly { readonly location: string; readonly state: string | null; readonly movements: readonly EventMovement[] }[];
  readonly exceptions: readonly { readonly kind: string; readonly sku: string | null; readonly detail: string }[];
  /** Records under this id that wait for a person or waited for one: the event itself, or others that came under its id later. */
  readonly quarantined: readonly {
    readonly offset: number;
    readonly reason: string;
    readonly detail: string;
    readonly state: string;
    readonly recordedAt: Instant;
  }[];
}

/** A ledger row of the event. */
export interface EventMovement {
  readonly line: number;
  readonly location: string;
  readonly sku: string;
  readonly lot: string | null;
  readonly bucket: Bucket;
  readonly kind: string;
  readonly delta: Quantity;
  readonly onHandAfter: Quantity;
  readonly availableAfter: Quantity;
  readonly occurredAt: Instant;
  readonly late: boolean;
}

/** An event as whoever asks names it. */
export interface AskedEvent {
  readonly source: string;
  readonly id: string;
}

/** Every state of an event's identity, by partition: none while it is unknown, several where a sender used one id at several locations. */
export async function readEventStatus(pool: pg.Pool, { source, id }: AskedEvent): Promise<EventStatus[]> {
  const { rows } = await pool.query<KeyRow>({
    name: 'event-status',
    text: `SELECT k.partition, k."offset", k.hash, k.state, k.repeats, e.occurred_at, e.received_at, e.recorded_at, e.applied_at, e.outcome, coalesce(e.record, q.record) AS record
           FROM event_key k LEFT JOIN event e USING (partition, "offset") LEFT JOIN quarantine q USING (partition, "offset")
           WHERE k.partition = ANY ($1::int4[]) AND k.source = $2 AND k.id = $3 ORDER BY k.partition`,
    values: [ALL_PARTITIONS, source, id],
  });
  return Promise.all(rows.map((row) => completeStatus(pool, row, { source, id })));
}

/** Content hashes of the events that are known, in no order; unknown ones are absent. One identity at two locations comes twice. */
export async function readEventHashes(pool: pg.Pool, events: readonly AskedEvent[]): Promise<(AskedEvent & { readonly hash: string })[]> {
  const { rows } = await pool.query<AskedEvent & { hash: string }>({
    name: 'event-hashes',
    text: `SELECT k.source, k.id, k.hash FROM unnest($2::text[], $3::text[]) AS given (source, id)
           JOIN event_key k ON k.partition = ANY ($1::int4[]) AND k.source = given.source AND k.id = given.id`,
    values: [ALL_PARTITIONS, events.map((event) => event.source), events.map((event) => event.id)],
  });
  return rows;
}

/** The key of an identity begins with its partition, which nobody knows from source and id alone: one probe each. */
const ALL_PARTITIONS = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);

interface KeyRow {
  partition: number;
  offset: number;
  hash: string;
  state: string;
  repeats: number;
  occurred_at: number | null;
  received_at: number | null;
  recorded_at: number | null;
  applied_at: number | null;
  outcome: string | null;
  record: Uint8Array | null;
}
interface Place {
  readonly partition: number;
  readonly offset: number;
}

async function completeStatus(pool: pg.Pool, row: KeyRow, event: AskedEvent): Promise<EventStatus> {
  const content = readContent(row.record);
  const outcome: Outcome = row.outcome === null ? { changes: [], hops: [] } : (JSON.parse(row.outcome) as Outcome);
  const [movements, exceptions, quarantined, hops] = await Promise.all([
    readMovements(pool, row),
    readExceptions(pool, row),
    readQuarantined(pool, row.partition, event),
    Promise.all(outcome.hops.map((hop) => readHop(pool, hop))),
  ]);
  return {
    partition: row.partition,
    offset: row.offset,
    state: row.state,
    name: content?.name ?? null,
    location: content?.location ?? null,
    hash: row.hash,
    repeats: row.repeats,
    occurredAt: row.occurred_at ?? content?.occurredAt ?? null,
    receivedAt: row.received_at,
    recordedAt: row.recorded_at,
    appliedAt: row.applied_at,
    changes: outcome.changes,
    movements,
    exceptions,
    quarantined,
    hops,
  };
}

async function readMovements(pool: pg.Pool, { partition, offset }: Place): Promise<EventMovement[]> {
  const { rows } = await pool.query<EventMovement>({
    name: 'event-movements',
    text: `SELECT line, location, sku, lot, bucket, kind, delta, on_hand_after AS "onHandAfter", available_after AS "availableAfter", occurred_at AS "occurredAt", late
           FROM ledger WHERE partition = $1 AND "offset" = $2 ORDER BY line`,
    values: [partition, offset],
  });
  return rows;
}

async function readExceptions(pool: pg.Pool, { partition, offset }: Place): Promise<EventStatus['exceptions']> {
  const { rows } = await pool.query<EventStatus['exceptions'][number]>({
    name: 'event-exceptions',
    text: 'SELECT kind, sku, detail FROM stock_exception WHERE partition = $1 AND "offset" = $2 ORDER BY index',
    values: [partition, offset],
  });
  return rows;
}

async function readQuarantined(pool: pg.Pool, partition: number, { source, id }: AskedEvent): Promise<EventStatus['quarantined']> {
  const { rows } = await pool.query<EventStatus['quarantined'][number]>({
    name: 'event-quarantined',
    text: 'SELECT "offset", reason, detail, state, recorded_at AS "recordedAt" FROM quarantine WHERE partition = $1 AND source = $2 AND id = $3 ORDER BY "offset"',
    values: [partition, source, id],
  });
  return rows;
}

async function readHop(pool: pg.Pool, { location, envelope }: Hop): Promise<EventStatus['hops'][number]> {
  const partition = partitionOf(location);
  const { rows } = await pool.query<Place & { state: string }>({
    name: 'event-hop',
    text: 'SELECT partition, "offset", state FROM event_key WHERE partition = $1 AND source = $2 AND id = $3',
    values: [partition, envelope.event.source, envelope.event.id],
  });
  const [taken] = rows;
  return { location, state: taken?.state ?? null, movements: taken === undefined ? [] : await readMovements(pool, taken) };
}

/** Only what inventory could read has an identity, so this fails for records of later versions alone. */
function readContent(record: Uint8Array | null): { readonly name: EventName; readonly location: string | null; readonly occurredAt: Instant } | null {
  if (record === null) return null;
  try {
    const { event } = decodeEventRecord(record);
    return { name: event.name, location: 'location' in event ? event.location : null, occurredAt: event.occurredAt };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return null;
    throw cause;
  }
}
