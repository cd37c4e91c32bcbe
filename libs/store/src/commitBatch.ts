import type { EventRecord, FoldedEvent, Level, QuarantineReason } from '@quayside/contracts';
import { firstWanted, foldBatch, isSatisfied, nothingKnown, type Folded, type FoldedRecord, type FreshRecord, type LogPosition } from '@quayside/stock';
import type pg from 'pg';
import { markQuarantined, settleVoids, takeIdentities, type NewRecord, type Sorted } from './identities.js';
import { learnKnown } from './learnKnown.js';
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

export interface Deciding {
  /** Reads a quarantined event for its release; pure, handed in by the service. */
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
    ...sorted.fresh.filter((record): record is NewRecord<FoldedEvent> & { isVoided: boolean } => !isDecision(record)),
  ];
  const folded = await fold(client, batch.partition, { fresh, cached: deciding.cached });
  const setAside = setAsideOf(folded, batch, decided?.decision.at.offset ?? null);
  await markQuarantined(client, batch.partition, setAside);
  await writeFolded(client, { batch, folded, bytesAt: bytesAt(batch) });
  await settleVoids(client, batch.partition, folded);
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

/** Rounds of reading and folding that a batch may take. Each learns something that the one before could not know; more than these are a fault of ours. */
const FOLD_ROUNDS_MAX = 200;

/** Folds the batch; where the fold misses something, that is read and all of it is folded again. Nothing is written before. */
async function fold(
  client: pg.PoolClient,
  partition: number,
  { fresh, cached }: { fresh: readonly FreshRecord[]; cached: ReadonlyMap<string, Level> },
): Promise<Folded> {
  const known = nothingKnown();
  const wanted = firstWanted(fresh);
  for (const key of wanted.levels) {
    const level = cached.get(key);
    if (level === undefined) continue;
    known.levels.set(key, level);
    wanted.levels.delete(key);
  }
  await learnKnown(client, partition, { wanted, known });
  for (let round = 0; round < FOLD_ROUNDS_MAX; round++) {
    const folded = foldBatch(known, fresh);
    if (isSatisfied(folded.wanted)) return folded;
    await learnKnown(client, partition, { wanted: folded.wanted, known });
  }
  throw new Error(`The events from ${fresh[0]?.at.offset ?? 'nowhere'} of partition ${partition} still ask for more after ${FOLD_ROUNDS_MAX} rounds`);
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
