import type { Alert, Change, EventIdentity, Numbered, Outcome } from '@quayside/contracts';
import type pg from 'pg';
import { alertFromRow, EPISODE_COLUMNS, type AlertEpisodeRow } from './alertEpisodes.js';
import { numberChanges } from './outcomes.js';

/** What is stored of one event in one partition. Instants are milliseconds since 1970. */
export interface EventTrace {
  readonly partition: number;
  /** Where its record stands in `supply.events`. */
  readonly offset: number;
  readonly state: string;
  readonly repeats: number;
  /** The void that took it back, or waits for it. */
  readonly voidedBy: EventIdentity | null;
  readonly fence: { readonly nextOffset: number; readonly changesOffset: number };
  /** Null for one that had no effect. */
  readonly applied: AppliedTrace | null;
  readonly quarantined: readonly QuarantineTrace[];
}
export interface AppliedTrace {
  readonly name: string;
  readonly occurredAt: number;
  /** When the log had it. */
  readonly receivedAt: number;
  readonly recordedAt: number;
  /** When the batch that applied it was decided, by the processor's clock. */
  readonly appliedAt: number;
  readonly ledger: readonly LedgerTrace[];
  readonly changes: readonly Numbered<Change>[];
  /** Alerts that name it as a cause. */
  readonly alerts: readonly Alert[];
}
export interface LedgerTrace {
  readonly line: number;
  readonly location: string;
  readonly sku: string;
  readonly bucket: string;
  readonly kind: string;
  readonly delta: number;
  readonly onHandAfter: number;
  readonly availableAfter: number;
  readonly late: boolean;
  /** The event at whose place in the order of facts it stands, where that is another: the count that it revises, what it takes back. */
  readonly at: EventIdentity | null;
}
export interface QuarantineTrace {
  readonly offset: number;
  readonly reason: string;
  readonly detail: string;
  readonly state: string;
  readonly recordedAt: number;
}

/** Alerts shown of one event. */
const ALERTS_MAX = 100;

/** Everything that is stored of an event, a partition each (two only where its sender used one id for two locations). Empty when no record of it has been taken yet. */
export async function traceEvent(pool: pg.Pool, event: { readonly source: string; readonly id: string }): Promise<EventTrace[]> {
  const { rows } = await pool.query<KeyRow>({
    // What was let through stands where the decision does.
    text: `SELECT k.partition, coalesce(q.decided_offset, k."offset") AS "offset", k.state, k.repeats, f.next_offset, f.changes_offset, v.source AS void_source, v.id AS void_id
           FROM event_key k JOIN fence f USING (partition) LEFT JOIN quarantine q ON q.partition = k.partition AND q."offset" = k."offset" AND q.state = 'RELEASED' LEFT JOIN event v ON v.partition = k.partition AND v."offset" = k.void_offset
           WHERE k.partition IN (SELECT partition FROM fence) AND k.source = $1 AND k.id = $2 ORDER BY k.state = 'TOMBSTONE', k.partition`,
    values: [event.source, event.id],
  });
  return Promise.all(
    rows.map(async (row) => ({
      partition: row.partition,
      offset: row.offset,
      state: row.state,
      repeats: row.repeats,
      voidedBy: row.void_source === null || row.void_id === null ? null : { source: row.void_source, id: row.void_id },
      fence: { nextOffset: row.next_offset, changesOffset: row.changes_offset },
      // A tombstone stands at its void's place: what was applied there is not the event.
      applied: row.state === 'TOMBSTONE' ? null : await readApplied(pool, row, event),
      quarantined: await readQuarantined(pool, row.partition, event),
    })),
  );
}

/** An event and the partition of its location. */
export interface OwnedEvent {
  readonly partition: number;
  readonly source: string;
  readonly id: string;
}
/** Where the first record of an event stands, and what became of it. */
export interface EventPlace extends OwnedEvent {
  readonly offset: number;
  readonly state: string;
}

/** Places of those events whose record has been taken; the others are absent, those too of which only the void has come. In no order. */
export async function readEventPlaces(pool: pg.Pool, events: readonly OwnedEvent[]): Promise<EventPlace[]> {
  if (events.length === 0) return [];
  const { rows } = await pool.query<EventPlace>({
    name: 'read-event-places',
    text: `SELECT partition, source, id, "offset", state FROM event_key
           WHERE (partition, source, id) IN (SELECT * FROM unnest($1::int4[], $2::text[], $3::text[])) AND state <> 'TOMBSTONE'`,
    values: [events.map((event) => event.partition), events.map((event) => event.source), events.map((event) => event.id)],
  });
  return rows;
}

interface KeyRow {
  partition: number;
  offset: number;
  state: string;
  repeats: number;
  next_offset: number;
  changes_offset: number;
  void_source: string | null;
  void_id: string | null;
}

async function readApplied(
  pool: pg.Pool,
  { partition, offset }: KeyRow,
  event: { readonly source: string; readonly id: string },
): Promise<AppliedTrace | null> {
  const { rows } = await pool.query<{ name: string; occurred_at: number; received_at: number; recorded_at: number; applied_at: number; outcome: string }>({
    text: 'SELECT name, occurred_at, received_at, recorded_at, applied_at, outcome FROM event WHERE partition = $1 AND "offset" = $2',
    values: [partition, offset],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const ledger = await pool.query<{
    line: number;
    location: string;
    sku: string;
    bucket: string;
    kind: string;
    delta: number;
    on_hand_after: number;
    available_after: number;
    late: boolean;
    source: string;
    event_id: string;
    by_source: string | null;
  }>({
    text: `SELECT line, location, sku, bucket, kind, delta, on_hand_after, available_after, late, source, event_id, by_source
           FROM ledger WHERE partition = $1 AND "offset" = $2 ORDER BY line`,
    values: [partition, offset],
  });
  return {
    name: row.name,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    recordedAt: row.recorded_at,
    appliedAt: row.applied_at,
    ledger: ledger.rows.map(({ on_hand_after: onHandAfter, available_after: availableAfter, source, event_id: id, by_source: by, ...same }) => ({
      ...same,
      onHandAfter,
      availableAfter,
      at: by === null ? null : { source, id },
    })),
    changes: numberChanges(offset, JSON.parse(row.outcome) as Outcome),
    alerts: await readCausedAlerts(pool, partition, event),
  };
}

async function readQuarantined(pool: pg.Pool, partition: number, event: { readonly source: string; readonly id: string }): Promise<QuarantineTrace[]> {
  const { rows } = await pool.query<{ offset: number; reason: string; detail: string; state: string; recorded_at: number }>({
    text: 'SELECT "offset", reason, detail, state, recorded_at FROM quarantine WHERE partition = $1 AND source = $2 AND id = $3 ORDER BY "offset"',
    values: [partition, event.source, event.id],
  });
  return rows.map(({ recorded_at: recordedAt, ...same }) => ({ ...same, recordedAt }));
}

/** `caused_by` is JSON text; the event's own place keeps the search to episodes of its partition. */
async function readCausedAlerts(pool: pg.Pool, partition: number, { source, id }: { readonly source: string; readonly id: string }): Promise<Alert[]> {
  const { rows } = await pool.query<AlertEpisodeRow>({
    text: `SELECT ${EPISODE_COLUMNS} FROM alert_episode WHERE partition = $1 AND caused_by::jsonb @> $2::jsonb ORDER BY opened_at LIMIT ${ALERTS_MAX}`,
    values: [partition, JSON.stringify([{ source, id }])],
  });
  return rows.map(alertFromRow);
}
