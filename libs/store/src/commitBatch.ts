import { levelKey, splitLevelKey, type EventRecord, type FoldedEvent, type Level, type QuarantineReason } from '@quayside/contracts';
import type { Folded, FoldedRecord, FreshRecord, LogPosition } from '@quayside/stock';
import type pg from 'pg';
import { markQuarantined, takeIdentities, type NewRecord, type Sorted } from './identities.js';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';
import {
  isDecision,
  resolveDecision,
  settleDecision,
  writeQuarantine,
  type DecisionRecord,
  type Quarantined,
  type Resolution,
  type ResolveRelease,
} from './quarantine.js';
import { writeFolded, writeWithoutEffect } from './writeFolded.js';

/** A record of a batch: read, or unreadable with the reason. `bytes` is what stood in the log. */
export type BatchRecord = { readonly at: LogPosition; readonly bytes: Uint8Array } & (
  { readonly kind: 'event'; readonly content: EventRecord } | { readonly kind: 'setAside'; readonly reason: QuarantineReason; readonly detail: string }
);

export interface Batch {
  readonly partition: number;
  /** First offset, equal to the fence. */
  readonly from: number;
  /** Offset after the last. */
  readonly to: number;
  /** A decision about a quarantined record stands first or not at all. */
  readonly records: readonly BatchRecord[];
  /** The processor's clock, for information. */
  readonly appliedAt: number;
}

/** The pure part, handed in by the service. */
export interface Deciding {
  readonly keysOf: (record: { readonly event: FoldedEvent }) => readonly string[];
  readonly fold: (known: ReadonlyMap<string, Level>, fresh: readonly FreshRecord[]) => Folded;
  readonly resolveRelease: ResolveRelease;
  /** Levels that are known to be true at `batch.from`. */
  readonly cached: ReadonlyMap<string, Level>;
}

export type Committed =
  { readonly kind: 'refused' } | { readonly kind: 'committed'; readonly folded: Folded; readonly repeats: number; readonly quarantined: number };

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
    const committed = await applyBatch(client, batch, deciding);
    await client.query('COMMIT');
    broken = false;
    return committed;
  } catch (cause) {
    broken = !(await rolledBack(client, cause));
    throw cause;
  } finally {
    client.release(broken);
  }
}

async function applyBatch(client: pg.PoolClient, batch: Batch, deciding: Deciding): Promise<Committed> {
  const sorted = await takeIdentities(client, batch);
  const decided = await decide(client, batch, { sorted, deciding });
  const fresh = [
    ...(decided?.resolution.kind === 'fold' ? [decided.resolution.record] : []),
    ...sorted.fresh.filter((record): record is NewRecord<FoldedEvent> => !isDecision(record)),
  ];
  const folded = deciding.fold(await knowLevels(client, batch, { fresh, deciding }), fresh);
  const setAside = setAsideOf(folded, batch, decided?.decision.at.offset ?? null);
  await markQuarantined(client, batch.partition, setAside);
  await writeFolded(client, { batch, folded, bytesAt: bytesAt(batch) });
  await writeQuarantine(client, batch.partition, [...sorted.quarantined, ...setAside]);
  if (decided !== null) await settle(client, batch, { decided, folded });
  return { kind: 'committed', folded, repeats: sorted.repeats, quarantined: sorted.quarantined.length + setAside.length };
}

/** True when the server itself has refused a statement: then the connection is good and the transaction certainly undone. */
async function rolledBack(client: pg.PoolClient, cause: unknown): Promise<boolean> {
  if (typeof (cause as { severity?: unknown }).severity !== 'string') return false;
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false; // The connection is closed, which undoes it too.
  }
}

async function moveFence(client: pg.PoolClient, batch: Batch): Promise<boolean> {
  const last = batch.records[batch.records.length - 1]?.at;
  const moved = await client.query({
    name: 'move-fence',
    text: 'UPDATE fence SET next_offset = $3, last_recorded_at = $4, last_appended_at = $5 WHERE partition = $1 AND next_offset = $2',
    values: [batch.partition, batch.from, batch.to, last?.recordedAt ?? 0, last?.appendedAt ?? 0],
  });
  return moved.rowCount === 1;
}

interface Decided {
  readonly decision: DecisionRecord;
  readonly resolution: Resolution;
}

async function decide(client: pg.PoolClient, batch: Batch, { sorted, deciding }: { sorted: Sorted; deciding: Deciding }): Promise<Decided | null> {
  const decisions = sorted.fresh.filter(isDecision);
  const [decision] = decisions;
  if (decision === undefined) return null;
  if (batch.records.length > 1) throw new Error(`A decision about a quarantined record stands in the middle of the batch from ${batch.from}`);
  return { decision, resolution: await resolveDecision(client, batch.partition, { decision, resolve: deciding.resolveRelease }) };
}

async function settle(client: pg.PoolClient, batch: Batch, { decided, folded }: { decided: Decided; folded: Folded }): Promise<void> {
  const { decision, resolution } = decided;
  const result = folded.records.find(({ record }) => record.at.offset === decision.at.offset)?.result ?? null;
  const why = await settleDecision(client, batch.partition, { decision, resolution, result });
  if (result?.kind !== 'applied') await writeWithoutEffect(client, batch, { record: decision, why });
}

async function knowLevels(
  client: pg.PoolClient,
  batch: Batch,
  what: { fresh: readonly FreshRecord[]; deciding: Deciding },
): Promise<ReadonlyMap<string, Level>> {
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

/** Events that the rules set aside; a released one that they set aside again still has its row. */
function setAsideOf(folded: Folded, batch: Batch, releasedAt: number | null): Quarantined[] {
  const bytes = bytesAt(batch);
  return folded.records.flatMap(({ record, result }: FoldedRecord): Quarantined[] =>
    result.kind === 'setAside' && record.at.offset !== releasedAt
      ? [{ at: record.at, reason: result.reason, detail: result.detail, source: record.event.source, id: record.event.id, bytes: bytes(record.at.offset) }]
      : [],
  );
}

function bytesAt(batch: Batch): (offset: number) => Uint8Array {
  return (offset) => {
    const record = batch.records[offset - batch.from];
    if (record === undefined || record.at.offset !== offset) throw new Error(`Offset ${offset} is not where it belongs in the batch from ${batch.from}`);
    return record.bytes;
  };
}
