import { PARTITION_COUNT } from '@quayside/contracts';
import type pg from 'pg';
import type { AuditFinding, AuditNotice } from './auditFinding.js';
import { findMissingHops, judgeHops, MISSING_HOPS_MAX, type MissingHop } from './auditHops.js';
import { FIRST_PLACE, findStrayLedger, judgeLedger, readLevelsWithLedger, type LevelPlaceInPartition } from './auditLedger.js';
import { byKey, compareWithLive, readLevelsAtFence, type BothStores } from './auditLive.js';
import type { LiveScan } from './auditLiveScan.js';
import { auditPromises, findUnmatchedVoids } from './auditPromises.js';
import { auditRecords, countRecords, judgeCounts } from './auditRecords.js';

/** What is audited, and who is told of what turns up. */
export interface Auditing {
  readonly stores: BothStores;
  readonly scan: LiveScan;
  /** Next offset of each partition of `supply.events` as of now: tells lost hops from those under way. */
  readonly readEnds: () => Promise<ReadonlyMap<number, number>>;
  /** Called for each difference as it is found: however many there are, none is kept here. */
  readonly onFinding: (finding: AuditFinding) => void;
  readonly onNotice: (notice: AuditNotice) => void;
}
export interface AuditCounts {
  readonly differences: number;
  readonly levels: number;
  readonly ledgerRows: number;
  readonly liveLevels: number;
  readonly applied: number;
  readonly quarantined: number;
  readonly repeats: number;
  readonly identitiesTwice: number;
}

/** Nothing should be later than this; a void without its target is told of from then on (domain.md, "Alerts"). */
const LATENESS_MS_ALLOWED = 15 * 60_000;
/** Levels a step: with 1,000 ledger rows each it stays far under the time that a statement may take. */
const CHUNK_LEVELS = 500;
/** Records a step; their outcomes are parsed by Postgres, some 100,000 a second. */
const CHUNK_RECORDS = 20_000;

/**
 * Recomputes the identities I1, I2, I4, I6 and I8 (domain.md; I3 is how a level is read) and the account of records from the rows: one REPEATABLE READ
 * snapshot a partition, in chunks, so memory does not grow with what is stored. Changes nothing. Rejects when a store is away.
 */
export async function audit(auditing: Auditing): Promise<AuditCounts> {
  const total = { differences: 0, levels: 0, ledgerRows: 0, liveLevels: 0, applied: 0, quarantined: 0, repeats: 0, identitiesTwice: 0 };
  const counted: Auditing = {
    ...auditing,
    onFinding: (finding) => {
      total.differences += 1;
      auditing.onFinding(finding);
    },
    onNotice: (notice) => {
      if (notice.kind === 'ID_AT_TWO_PARTITIONS') total.identitiesTwice += 1;
      auditing.onNotice(notice);
    },
  };
  const missing: MissingHop[] = [];
  for (let partition = 0; partition < PARTITION_COUNT; partition++) {
    const counts = await inSnapshot(auditing.stores.pool, (client) => auditPartition(client, counted, { partition, missing }));
    for (const key of ['levels', 'ledgerRows', 'liveLevels', 'applied', 'quarantined', 'repeats'] as const) total[key] += counts[key];
    await auditStrayLive(counted, partition);
  }
  const hops = await judgeHops(auditing.stores.pool, missing, auditing.readEnds);
  for (const finding of hops.findings) counted.onFinding(finding);
  for (const notice of hops.notices) counted.onNotice(notice);
  return total;
}

type PartitionCounts = Pick<AuditCounts, 'levels' | 'ledgerRows' | 'liveLevels' | 'applied' | 'quarantined' | 'repeats'>;

async function auditPartition(
  client: pg.PoolClient,
  auditing: Auditing,
  { partition, missing }: { partition: number; missing: MissingHop[] },
): Promise<PartitionCounts> {
  const counts = await countRecords(client, partition);
  for (const finding of judgeCounts(partition, counts)) auditing.onFinding(finding);
  const levels = await auditLevels(client, auditing, { partition, fence: counts.nextOffset });
  for (const finding of await auditPromises(client, partition)) auditing.onFinding(finding);
  for (const each of await findUnmatchedVoids(client, partition, Date.now() - LATENESS_MS_ALLOWED))
    auditing.onNotice({ kind: 'VOID_UNMATCHED', partition, ...each });
  const end = Math.max(counts.nextOffset, (counts.highest ?? -1) + 1);
  for (let from = 0; from < end; from += CHUNK_RECORDS) {
    const range = { partition, from, to: from + CHUNK_RECORDS };
    const { findings, notices } = await auditRecords(client, range);
    for (const finding of findings) auditing.onFinding(finding);
    for (const notice of notices) auditing.onNotice(notice);
    missing.push(...(await findMissingHops(client, range, counts.hopsOffset)).slice(0, MISSING_HOPS_MAX - missing.length));
    const stray = await findStrayLedger(client, range);
    for (const place of stray.withoutLevel) auditing.onFinding({ kind: 'LEDGER_WITHOUT_LEVEL', partition, ...place });
    for (const offset of stray.withoutEvent) auditing.onFinding({ kind: 'LEDGER_WITHOUT_EVENT', partition, offset });
  }
  return { ...levels, applied: counts.applied, quarantined: counts.quarantined, repeats: counts.repeats };
}

/** Every level against its ledger and against Redis. */
async function auditLevels(
  client: pg.PoolClient,
  { stores, onFinding, onNotice }: Auditing,
  at: { partition: number; fence: number },
): Promise<Pick<PartitionCounts, 'levels' | 'ledgerRows' | 'liveLevels'>> {
  const { partition, fence } = at;
  let [levels, ledgerRows, liveLevels, undecided] = [0, 0, 0, 0];
  let cursor: number | null = 0;
  for (let after: LevelPlaceInPartition | null = FIRST_PLACE; after !== null;) {
    const chunk = await readLevelsWithLedger(client, { partition, after, limit: CHUNK_LEVELS });
    after = chunk.next;
    for (const each of chunk.levels) {
      levels += 1;
      ledgerRows += each.rows;
      for (const finding of judgeLedger(partition, each)) onFinding(finding);
    }
    if (cursor === null || chunk.levels.length === 0) continue;
    const known = byKey(chunk.levels.map(({ level }) => level));
    const compared = await compareWithLive(stores, { partition, fence, levels: known }, [...known.keys()]);
    for (const finding of compared.findings) onFinding(finding);
    cursor = compared.cursor;
    undecided += compared.undecided;
    if (cursor !== null) liveLevels += chunk.levels.length - compared.undecided;
  }
  if (cursor === null) onNotice({ kind: 'LIVE_VOID', partition, levels });
  else if (undecided > 0) onNotice({ kind: 'LIVE_BEHIND', partition, cursor, nextOffset: fence, undecided });
  return { levels, ledgerRows, liveLevels };
}

/** Levels that Redis holds and Postgres does not. Levels are never deleted, so reading Postgres after Redis is certain. */
async function auditStrayLive({ stores, scan, onFinding }: Auditing, partition: number): Promise<void> {
  const told = new Set<string>();
  await scan.scanKeys(partition, async (keys) => {
    const known = await readLevelsAtFence(stores.pool, partition, keys);
    const stray = keys.filter((key) => !known.levels.has(key) && !told.has(key));
    if (stray.length === 0) return true;
    const compared = await compareWithLive(stores, { ...known, levels: new Map() }, stray);
    for (const finding of compared.findings) {
      told.add(`${finding.location}\t${finding.sku}`);
      onFinding(finding);
    }
    return compared.cursor !== null;
  });
}

async function inSnapshot<T>(pool: pg.Pool, use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | boolean = true;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await use(client);
    await client.query('COMMIT');
    broken = false;
    return result;
  } finally {
    client.release(broken);
  }
}
