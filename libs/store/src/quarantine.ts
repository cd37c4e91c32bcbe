import type { FoldedEvent, QuarantineDismissed, QuarantineReason, QuarantineReleased } from '@quayside/contracts';
import type { FoldedRecord, FreshRecord, LogPosition } from '@quayside/stock';
import type pg from 'pg';
import { readVoidLocations, type NewRecord } from './identities.js';

/** A record set aside whole, as received. */
export interface Quarantined {
  readonly at: LogPosition;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly source: string | null;
  readonly id: string | null;
  readonly bytes: Uint8Array;
}

type Decision = QuarantineReleased | QuarantineDismissed;
export type DecisionRecord = NewRecord<Decision>;

/** A quarantined record as it waits. */
export interface WaitingRecord {
  readonly offset: number;
  readonly reason: QuarantineReason;
  readonly bytes: Uint8Array;
}
/** What a decision comes to: an event to fold in its place, or nothing, with the reason. */
export type Resolution =
  { readonly kind: 'fold'; readonly record: FreshRecord } | { readonly kind: 'dismissed' } | { readonly kind: 'noEffect'; readonly why: string };
/** Reads the quarantined event for a release; pure, handed in by the service. */
export type ResolveRelease = (waiting: WaitingRecord, decision: NewRecord<QuarantineReleased>) => Resolution;

export const isDecision = (record: NewRecord): record is DecisionRecord =>
  record.event.name === 'quarantine.released' || record.event.name === 'quarantine.dismissed';

/** Keeps records that had no effect, whole. */
export async function writeQuarantine(client: pg.PoolClient, partition: number, rows: readonly Quarantined[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'write-quarantine',
    text: `INSERT INTO quarantine (partition, "offset", reason, detail, source, id, record, recorded_at)
           SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bigint[])`,
    values: [
      partition,
      rows.map((r) => r.at.offset),
      rows.map((r) => r.reason),
      rows.map((r) => r.detail),
      rows.map((r) => r.source),
      rows.map((r) => r.id),
      rows.map((r) => toBuffer(r.bytes)),
      rows.map((r) => r.at.recordedAt),
    ],
  });
}

/**
 * What a decision about a quarantined record comes to. A decision stands first in its batch (the service cuts there),
 * so that what it names is committed, in a rebuild too.
 */
export async function resolveDecision(
  client: pg.PoolClient,
  partition: number,
  { decision, resolve }: { decision: DecisionRecord; resolve: ResolveRelease },
): Promise<Resolution> {
  const { event } = decision;
  const { rows } = await client.query<{ reason: QuarantineReason; record: Buffer; state: string }>(
    'SELECT reason, record, state FROM quarantine WHERE partition = $1 AND "offset" = $2',
    [partition, event.offset],
  );
  const row = rows[0];
  if (row === undefined) return { kind: 'noEffect', why: `Nothing was quarantined at ${partition}.${event.offset}` };
  if (row.state !== 'WAITING') return { kind: 'noEffect', why: `It is ${row.state.toLowerCase()} already` };
  if (event.name === 'quarantine.dismissed') return { kind: 'dismissed' };
  const resolution = resolve({ offset: event.offset, reason: row.reason, bytes: row.record }, { ...decision, event });
  return resolution.kind === 'fold' ? keepIdentity(client, partition, { resolution, offset: event.offset }) : resolution;
}

/**
 * A record that was set aside unread has no identity; meanwhile its sender may have sent the event again, and that one
 * was applied. Then the quarantined copy is a repeat, and releasing it must not book the goods a second time.
 */
async function keepIdentity(
  client: pg.PoolClient,
  partition: number,
  { resolution, offset }: { resolution: Extract<Resolution, { kind: 'fold' }>; offset: number },
): Promise<Resolution> {
  const { source, id } = resolution.record.event;
  const { rows } = await client.query<{ state: string; offset: number; void_offset: number | null }>(
    'SELECT state, "offset", void_offset FROM event_key WHERE partition = $1 AND source = $2 AND id = $3',
    [partition, source, id],
  );
  const key = rows[0];
  const isOwn = key === undefined || key.state === 'TOMBSTONE' || (key.state === 'QUARANTINED' && key.offset === offset);
  const voidOffset = key?.void_offset ?? null;
  const voidLocation = voidOffset === null ? undefined : (await readVoidLocations(client, partition, [voidOffset])).get(voidOffset);
  const isVoided = voidLocation === resolution.record.event.location;
  return isOwn
    ? { kind: 'fold', record: { ...resolution.record, isVoided } }
    : { kind: 'noEffect', why: `Event ${id} of ${source} came again meanwhile (${partition}.${key.offset}): dismiss this copy` };
}

/** Closes the row that a decision was about, or says on it why it still waits. */
export async function settleDecision(
  client: pg.PoolClient,
  partition: number,
  { decision, resolution, result }: { decision: DecisionRecord; resolution: Resolution; result: FoldedRecord['result'] | null },
): Promise<string | null> {
  const { event, at } = decision;
  const isReleased = resolution.kind === 'fold' && result?.kind === 'applied';
  const why = resolution.kind === 'noEffect' ? resolution.why : result?.kind === 'setAside' ? result.detail : null;
  if (isReleased || resolution.kind === 'dismissed') {
    await client.query(
      'UPDATE quarantine SET state = $3, decided_by = $4, decided_reason = $5, decided_at = $6, decided_offset = $7 WHERE partition = $1 AND "offset" = $2',
      [partition, event.offset, isReleased ? 'RELEASED' : 'DISMISSED', event.actor, event.reason, at.recordedAt, at.offset],
    );
  } else {
    // The first line stays: why it was set aside. What came of the last attempt stands below.
    await client.query(
      `UPDATE quarantine SET detail = split_part(detail, E'\n', 1) || E'\nNot let through: ' || $3 WHERE partition = $1 AND "offset" = $2 AND state = 'WAITING'`,
      [partition, event.offset, why ?? ''],
    );
  }
  if (isReleased && resolution.kind === 'fold') await takeReleasedIdentity(client, partition, resolution.record);
  return why;
}

/** A released event has its identity from now on as if it had never been set aside. */
async function takeReleasedIdentity(
  client: pg.PoolClient,
  partition: number,
  { event, envelope, at }: { event: FoldedEvent; envelope: { hash: string }; at: LogPosition },
): Promise<void> {
  await client.query(
    `INSERT INTO event_key (partition, source, id, hash, "offset", state) VALUES ($1, $2, $3, $4, $5, 'APPLIED')
     ON CONFLICT (partition, source, id) DO UPDATE SET state = CASE WHEN event_key.state IN ('QUARANTINED', 'TOMBSTONE') THEN 'APPLIED' ELSE event_key.state END,
       hash = CASE WHEN event_key.hash = '' THEN EXCLUDED.hash ELSE event_key.hash END,
       "offset" = CASE WHEN event_key.hash = '' THEN EXCLUDED."offset" ELSE event_key."offset" END`,
    [partition, event.source, event.id, envelope.hash, at.offset],
  );
}

// node-postgres takes Buffers for bytea; this is a view, not a copy.
export const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
