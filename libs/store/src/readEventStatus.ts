import {
  decodeEventRecord,
  PARTITION_COUNT,
  partitionOf,
  type Bucket,
  type Change,
  type EventIdentity,
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
  /** APPLIED, QUARANTINED, VOIDED (taken back), or TOMBSTONE: its void has come, and it has not had an effect yet. */
  readonly state: string;
  /** Null where the stored record cannot be read, and for a tombstone. */
  readonly name: EventName | null;
  readonly location: string | null;
  /** Empty for a tombstone. */
  readonly hash: string;
  /** How often the same content came again. */
  readonly repeats: number;
  readonly occurredAt: Instant | null;
  /** When it was safe in the log; null while it waits in quarantine, as the other two. */
  readonly receivedAt: Instant | null;
  readonly recordedAt: Instant | null;
  readonly appliedAt: Instant | null;
  /** The void that took it back, or waits for it. */
  readonly voidedBy: (EventIdentity & { readonly recordedAt: Instant }) | null;
  /** Of a void: what it takes back. */
  readonly voids: EventIdentity | null;
  /** Rows that its record made, at its own place or at that of another. */
  readonly movements: readonly EventMovement[];
  /** Rows that later records booked at its place: what a late fact does to a count, and what takes it back; at most REVISIONS_MAX. */
  readonly revisions: readonly EventMovement[];
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

/** Rows at one event's place that later records made: a count may be revised by every late fact before it. */
export const REVISIONS_MAX = 1_000;

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
  /** The event at whose place in the order of facts it stands. */
  readonly of: EventIdentity;
  /** The event that booked it there; null where that is the same. */
  readonly by: EventIdentity | null;
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
    // A tombstone stands at its void's place: what is stored there is not the event. What was let through stands where the decision does, but was sent as it was set aside.
    text: `SELECT k.partition, coalesce(e."offset", k."offset") AS "offset", k.hash, CASE WHEN k.state = 'QUARANTINED' AND q.state = 'DISMISSED' THEN 'DISMISSED' ELSE k.state END AS state, k.repeats, e.occurred_at, e.received_at, e.recorded_at, e.applied_at, e.outcome,
             coalesce(q.record, e.record) AS record, v.source AS void_source, v.id AS void_id, v.recorded_at AS void_recorded_at, v.record AS void_record
           FROM event_key k
           LEFT JOIN quarantine q ON q.partition = k.partition AND q."offset" = k."offset" AND k.state <> 'TOMBSTONE'
           LEFT JOIN event e ON e.partition = k.partition AND e."offset" = coalesce(q.decided_offset, k."offset") AND e.source = k.source AND e.id = k.id
           LEFT JOIN event v ON v.partition = k.partition AND v."offset" = k.void_offset
           WHERE k.partition = ANY ($1::int4[]) AND k.source = $2 AND k.id = $3 ORDER BY k.state = 'TOMBSTONE', k.partition`,
    values: [ALL_PARTITIONS, source, id],
  });
  return Promise.all(rows.map((row) => completeStatus(pool, row, { source, id })));
}

/** An event that is known in a partition. `hash`, of its content, is null where only its void has come. */
export interface KnownEvent extends AskedEvent {
  readonly partition: number;
  readonly hash: string | null;
}

/** Those of the events that are known, in no order; unknown ones are absent. One identity at two locations comes twice. */
export async function readKnownEvents(pool: pg.Pool, events: readonly AskedEvent[]): Promise<KnownEvent[]> {
  const { rows } = await pool.query<KnownEvent>({
    name: 'known-events',
    text: `SELECT k.partition, k.source, k.id, CASE k.hash WHEN '' THEN NULL ELSE k.hash END AS hash FROM unnest($2::text[], $3::text[]) AS given (source, id)
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
  void_source: string | null;
  void_id: string | null;
  void_recorded_at: number | null;
  void_record: Uint8Array | null;
}
interface Place {
  readonly partition: number;
  readonly offset: number;
}

async function completeStatus(pool: pg.Pool, row: KeyRow, event: AskedEvent): Promise<EventStatus> {
  const content = readContent(row.record);
  const place = content ?? readContent(row.void_record);
  const outcome: Outcome = row.outcome === null ? { changes: [], hops: [] } : (JSON.parse(row.outcome) as Outcome);
  const [movements, revisions, exceptions, quarantined, hops] = await Promise.all([
    readMovements(pool, row),
    readRevisions(pool, row, event),
    readExceptions(pool, row),
    readQuarantined(pool, row.partition, event),
    Promise.all(outcome.hops.map((hop) => readHop(pool, hop))),
  ]);
  return {
    partition: row.partition,
    offset: row.offset,
    state: row.state,
    name: content?.name ?? null,
    location: place?.location ?? null,
    hash: row.hash,
    repeats: row.repeats,
    occurredAt: row.occurred_at ?? content?.occurredAt ?? null,
    receivedAt: row.received_at,
    recordedAt: row.recorded_at,
    appliedAt: row.applied_at,
    voidedBy: voidOf(row),
    voids: content?.voids ?? null,
    changes: outcome.changes,
    movements,
    revisions,
    exceptions,
    quarantined,
    hops,
  };
}

function voidOf({ void_source: source, void_id: id, void_recorded_at: recordedAt }: KeyRow): EventStatus['voidedBy'] {
  return source === null || id === null || recordedAt === null ? null : { source, id, recordedAt };
}

interface MovementRow extends Omit<EventMovement, 'of' | 'by'> {
  source: string;
  eventId: string;
  bySource: string | null;
  byId: string | null;
}
const MOVEMENT_COLUMNS = `l.line, l.location, l.sku, l.lot, l.bucket, l.kind, l.delta, l.on_hand_after AS "onHandAfter", l.available_after AS "availableAfter",
  l.occurred_at AS "occurredAt", l.late, l.source, l.event_id AS "eventId", l.by_source AS "bySource", l.by_id AS "byId"`;

const movementFromRow = ({ source, eventId, bySource, byId, ...row }: MovementRow): EventMovement => ({
  ...row,
  of: { source, id: eventId },
  by: bySource === null || byId === null ? null : { source: bySource, id: byId },
});

async function readMovements(pool: pg.Pool, { partition, offset }: Place): Promise<EventMovement[]> {
  const { rows } = await pool.query<MovementRow>({
    name: 'event-movements',
    text: `SELECT ${MOVEMENT_COLUMNS} FROM ledger l WHERE l.partition = $1 AND l."offset" = $2 ORDER BY l.line`,
    values: [partition, offset],
  });
  return rows.map(movementFromRow);
}

/** Found by the levels and the time of its own rows: nothing is indexed by the event whose place a row stands at. */
async function readRevisions(pool: pg.Pool, { partition, offset }: Place, { source, id }: AskedEvent): Promise<EventMovement[]> {
  const { rows } = await pool.query<MovementRow>({
    name: 'event-revisions',
    text: `SELECT ${MOVEMENT_COLUMNS}
           FROM (SELECT DISTINCT location, sku, occurred_at FROM ledger WHERE partition = $1 AND "offset" = $2 AND source = $3 AND event_id = $4) AS own
           JOIN ledger l ON l.location = own.location AND l.sku = own.sku AND l.occurred_at = own.occurred_at
           WHERE l.partition = $1 AND l."offset" <> $2 AND l.source = $3 AND l.event_id = $4 ORDER BY l."offset", l.line LIMIT ${REVISIONS_MAX}`,
    values: [partition, offset, source, id],
  });
  return rows.map(movementFromRow);
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

interface Content {
  readonly name: EventName;
  readonly location: string | null;
  readonly occurredAt: Instant;
  readonly voids: EventIdentity | null;
}

/** Only what inventory could read has an identity, so this fails for records of later versions alone. */
function readContent(record: Uint8Array | null): Content | null {
  if (record === null) return null;
  try {
    const { event } = decodeEventRecord(record);
    const { name, occurredAt } = event;
    return { name, occurredAt, location: 'location' in event ? event.location : null, voids: event.name === 'event.voided' ? event.target : null };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return null;
    throw cause;
  }
}
