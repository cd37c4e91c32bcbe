import { PARTITION_COUNT, partitionOf, wireType, type EventIdentity, type EventName, type Instant } from '@quayside/contracts';
import type pg from 'pg';
import type { RecordPlace } from './readLedger.js';
import { sourceEventFromRow, type SourceEvent, type SourceEventRow, type SourceEventStatus } from './sourceEvent.js';
import { SqlConditions } from './sqlConditions.js';

/** Which records; null asks nothing, an empty list matches nothing. Times are from (included) and to (not included). */
export interface SourceEventFilter {
  readonly sources: readonly string[] | null;
  /** As on the wire, `quayside.<name>.v1`. */
  readonly types: readonly string[] | null;
  readonly statuses: readonly SourceEventStatus[] | null;
  readonly eventId: string | null;
  readonly receivedFrom: Instant | null;
  readonly receivedTo: Instant | null;
  /** Why it was set aside. */
  readonly reasons: readonly string[] | null;
  /** A record that names no location is seen only by who may see all. */
  readonly locations: readonly string[] | null;
}
/** How far each partition has been read, newest first: its rows below the offset are still to come; all of those that are not named. */
export type SourceEventPlace = Readonly<Record<string, number>>;
export interface SourceEventsAsked {
  readonly filter: SourceEventFilter;
  readonly before: SourceEventPlace;
  readonly limit: number;
}

/**
 * One page of records, received last first: those that had an effect, and those in the quarantine that were not released
 * (a released one stands among the others, where it took effect). Within a partition the log's order is the order of
 * receipt, so that each partition's newest rows are merged and no index over times is needed.
 */
export async function findSourceEvents(pool: pg.Pool, asked: SourceEventsAsked): Promise<SourceEvent[]> {
  const { statuses, reasons } = asked.filter;
  const wants = (...some: SourceEventStatus[]): boolean => statuses === null || some.some((status) => statuses.includes(status));
  const [applied, setAside] = await Promise.all([
    wants('APPLIED', 'VOIDED') && reasons === null ? findApplied(pool, asked) : [],
    wants('QUARANTINED', 'DISMISSED') ? findSetAside(pool, asked) : [],
  ]);
  return [...applied, ...setAside].sort(byNewest).slice(0, asked.limit);
}

/** Records by place, in no order; those that do not exist are absent. */
export async function readSourceEvents(pool: pg.Pool, places: readonly RecordPlace[]): Promise<SourceEvent[]> {
  const { rows } = await pool.query<SourceEventRow>({
    name: 'read-source-events',
    text: `SELECT * FROM (${APPLIED} WHERE (e.partition, e."offset") IN (SELECT * FROM unnest($1::int4[], $2::int8[]))
           UNION ALL ${SET_ASIDE} WHERE (q.partition, q."offset") IN (SELECT * FROM unnest($1::int4[], $2::int8[]))) AS found`,
    values: [places.map(({ partition }) => partition), places.map(({ offset }) => offset)],
  });
  return asSent(pool, rows.map(sourceEventFromRow));
}

/** Events that had an effect, by the partition that owns each; in no order, those that do not exist are absent. */
export async function readEventsOf(pool: pg.Pool, events: readonly (EventIdentity & { readonly partition: number })[]): Promise<SourceEvent[]> {
  const { rows } = await pool.query<SourceEventRow>({
    name: 'read-events-of',
    text: `${APPLIED} WHERE (e.partition, e.source, e.id) IN (SELECT * FROM unnest($1::int4[], $2::text[], $3::text[]))`,
    values: [events.map(({ partition }) => partition), events.map(({ source }) => source), events.map(({ id }) => id)],
  });
  return asSent(pool, rows.map(sourceEventFromRow));
}

/** Records of an identity that had an effect, a partition each: several only where its sender used one id at several locations. */
export async function readAppliedEvents(pool: pg.Pool, { source, id }: EventIdentity): Promise<SourceEvent[]> {
  const { rows } = await pool.query<SourceEventRow>({
    name: 'read-applied-events',
    text: `${APPLIED} WHERE e.source = $1 AND e.id = $2`,
    values: [source, id],
  });
  return asSent(pool, rows.map(sourceEventFromRow));
}

/**
 * Location of an event that had an effect: its record was read as JSON before. Where a release let it through, the
 * record there is the decision: the location is in the data that it puts in place, or in the record that it names.
 */
const RECORD = `convert_from(e.record, 'UTF8')::json`;
const LOCATION = `coalesce(${RECORD} #>> '{event,data,location}', ${RECORD} #>> '{event,data,data,location}',
  (SELECT convert_from(w.record, 'UTF8')::json #>> '{event,data,location}' FROM quarantine w
   WHERE w.partition = e.partition AND w."offset" = (${RECORD} #>> '{event,data,offset}')::int8 AND w.state = 'RELEASED'))`;
const APPLIED = `SELECT e.partition, e."offset", k.state, k.repeats, e.recorded_at, e.received_at, NULL AS quarantine_state, NULL AS reason, NULL AS detail, e."offset" AS applied_offset, e.record
  FROM event e LEFT JOIN event_key k ON k.partition = e.partition AND k.source = e.source AND k.id = e.id`;
/** A copy that came under the id of another event has no identity of its own. */
const SET_ASIDE = `SELECT q.partition, q."offset", k.state, k.repeats, q.recorded_at, q.recorded_at AS received_at, q.state AS quarantine_state, q.reason, q.detail,
    CASE q.state WHEN 'RELEASED' THEN q.decided_offset END AS applied_offset, q.record
  FROM quarantine q LEFT JOIN event_key k ON k.partition = q.partition AND k.source = q.source AND k.id = q.id AND q.reason <> 'ID_CONFLICT'`;

async function findApplied(pool: pg.Pool, { filter, before, limit }: SourceEventsAsked): Promise<SourceEvent[]> {
  const { statuses, types, locations } = filter;
  const conditions = new SqlConditions();
  const partitions = openPartitions(conditions, filter, before);
  conditions
    .addIf(true, 'e.partition = p.partition AND e."offset" < p.before')
    .add('e.source = ANY (?::text[])', filter.sources)
    .add('e.name = ANY (?::text[])', types === null ? null : types.flatMap(nameOf))
    .add('e.id = ?', filter.eventId)
    .add('e.received_at >= ?', filter.receivedFrom)
    .add('e.received_at < ?', filter.receivedTo)
    // A CASE is taken for true every other time: rows are read from the newest on until a page is full, and not all of them first.
    .add(`CASE WHEN ${LOCATION} = ANY (?::text[]) THEN true ELSE false END`, locations)
    .addIf(statuses !== null && !statuses.includes('VOIDED'), `k.state IS DISTINCT FROM 'VOIDED'`)
    .addIf(statuses !== null && !statuses.includes('APPLIED'), `k.state = 'VOIDED'`);
  return query(pool, conditions, { partitions, part: `${APPLIED} ${conditions.where()} ORDER BY e."offset" DESC`, limit });
}

/** Rows of the quarantine read in one go while looking for those that a filter lets through. */
const SCAN_ROWS = 500;
/** Goes at most: beyond 10,000 rows that a filter keeps out, a page ends. */
const SCANS_MAX = 20;

/** What a record says is read here, not in SQL: it may be anything. */
async function findSetAside(pool: pg.Pool, { filter, before, limit }: SourceEventsAsked): Promise<SourceEvent[]> {
  const { statuses, reasons } = filter;
  const states = statuses === null ? ['WAITING', 'DISMISSED'] : statuses.map((status) => (status === 'QUARANTINED' ? 'WAITING' : status));
  const found: SourceEvent[] = [];
  let below = before;
  for (let scan = 0; scan < SCANS_MAX && found.length < limit; scan++) {
    const conditions = new SqlConditions();
    const partitions = openPartitions(conditions, filter, below);
    conditions
      .addIf(true, 'q.partition = p.partition AND q."offset" < p.before')
      .add('q.state = ANY (?::text[])', states)
      .add('q.reason = ANY (?::text[])', reasons)
      .add('q.recorded_at >= ?', filter.receivedFrom)
      .add('q.recorded_at < ?', filter.receivedTo);
    const rows = await query(pool, conditions, { partitions, part: `${SET_ASIDE} ${conditions.where()} ORDER BY q."offset" DESC`, limit: SCAN_ROWS });
    found.push(...rows.filter((event) => isWanted(event, filter)));
    if (rows.length < SCAN_ROWS) break;
    below = passed(below, rows);
  }
  return found.slice(0, limit);
}

interface PagePart {
  readonly partitions: string;
  readonly part: string;
  readonly limit: number;
}

async function query(pool: pg.Pool, conditions: SqlConditions, { partitions, part, limit }: PagePart): Promise<SourceEvent[]> {
  const limited = conditions.place(limit);
  const { rows } = await pool.query<SourceEventRow>(
    `SELECT found.* FROM ${partitions} CROSS JOIN LATERAL (${part} LIMIT ${limited}) AS found
     ORDER BY found.recorded_at DESC, found.partition DESC, found."offset" DESC LIMIT ${limited}`,
    conditions.values,
  );
  return asSent(pool, rows.map(sourceEventFromRow));
}

/** An event that was let through has the decision in its place of the log: what was sent is the record that it names. */
async function asSent(pool: pg.Pool, events: readonly SourceEvent[]): Promise<SourceEvent[]> {
  const places = events.map((event) => ({ event, place: releasedPlace(event) }));
  const wanted = places.flatMap(({ place }) => (place === null ? [] : [place]));
  if (wanted.length === 0) return [...events];
  const { rows } = await pool.query<SourceEventRow>({
    name: 'read-released',
    text: `${SET_ASIDE} WHERE q.state = 'RELEASED' AND (q.partition, q."offset") IN (SELECT * FROM unnest($1::int4[], $2::int8[]))`,
    values: [wanted.map(({ partition }) => partition), wanted.map(({ offset }) => offset)],
  });
  const released = new Map(rows.map((row) => [`${row.partition}.${row.offset}`, sourceEventFromRow(row)]));
  return places.map(({ event, place }) => {
    const sent = place === null ? undefined : released.get(`${place.partition}.${place.offset}`);
    // A decision without effect names a record that was not released by it.
    return sent?.appliedOffset === event.offset ? { ...sent, offset: event.offset, recordedAt: event.recordedAt, receivedAt: event.receivedAt } : event;
  });
}

function releasedPlace({ partition, envelope }: SourceEvent): RecordPlace | null {
  const offset = envelope?.event.type === RELEASED_TYPE ? envelope.event.data['offset'] : null;
  return typeof offset === 'number' ? { partition, offset } : null;
}
const RELEASED_TYPE = wireType('quarantine.released');

/** The partitions that can hold what is asked for, each with where it was read to. */
function openPartitions(conditions: SqlConditions, { locations }: SourceEventFilter, before: SourceEventPlace): string {
  const wanted = locations === null ? ALL_PARTITIONS : [...new Set(locations.map((location) => partitionOf(location)))];
  const offsets = wanted.map((partition) => before[partition] ?? Number.MAX_SAFE_INTEGER);
  return `unnest(${conditions.place(wanted)}::int4[], ${conditions.place(offsets)}::int8[]) AS p (partition, before)`;
}

/** Where a list stands after these rows of it. */
export function passed(before: SourceEventPlace, rows: readonly RecordPlace[]): SourceEventPlace {
  const after: Record<string, number> = { ...before };
  for (const { partition, offset } of rows) after[partition] = offset;
  return after;
}

function isWanted({ envelope, location }: SourceEvent, { sources, types, eventId, locations }: SourceEventFilter): boolean {
  const event = envelope?.event;
  return (
    (sources === null || (event !== undefined && sources.includes(event.source))) &&
    (types === null || (event !== undefined && types.includes(event.type))) &&
    (eventId === null || event?.id === eventId) &&
    (locations === null || (location !== null && locations.includes(location)))
  );
}

const ALL_PARTITIONS = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);
const byNewest = (a: SourceEvent, b: SourceEvent): number => b.recordedAt - a.recordedAt || b.partition - a.partition || b.offset - a.offset;

/** `stock.shipped` of `quayside.stock.shipped.v1`; nothing of another text. */
function nameOf(type: string): string[] {
  const name = /^quayside\.(.+)\.v1$/.exec(type)?.[1];
  return name !== undefined && wireType(name as EventName) === type ? [name] : [];
}
