import type { Bucket, EventName, MovementKind, Outcome } from '@quayside/contracts';
import { identityKey, ledgerKey, type Known, type KnownTarget, type TargetRow, type Wanted } from '@quayside/stock';
import type pg from 'pg';
import { readVoidLocations } from './identities.js';

interface TargetState {
  source: string;
  id: string;
  state: 'APPLIED' | 'QUARANTINED' | 'VOIDED' | 'TOMBSTONE';
  void_offset: number | null;
  offset: number | null;
  name: EventName | null;
  outcome: string | null;
  is_taken: boolean;
}

interface LedgerRow {
  offset: number;
  kind: MovementKind;
  location: string;
  sku: string;
  bucket: Bucket;
  lot: string | null;
  delta: number;
  occurred_at: number;
  source: string;
  sequence: number;
  event_id: string;
  order_number: string | null;
  order_line: number | null;
}

/** Events that are to be taken back: what they booked, and of counts all that stands at their place. A handful a batch, so one by one. */
export async function learnTargets(client: pg.PoolClient, partition: number, { wanted, known }: { wanted: Wanted; known: Known }): Promise<void> {
  const identities = [...wanted.targets.values()];
  const { rows } = await client.query<TargetState>({
    name: 'learn-targets',
    // A decision about a quarantined record stands where the event that it let through does: that one is not its own.
    text: `SELECT k.source, k.id, k.state, k.void_offset, e."offset", e.name, e.outcome,
             EXISTS (SELECT 1 FROM event x WHERE x.partition = k.partition AND x."offset" = k."offset") AS is_taken
           FROM unnest($2::text[], $3::text[]) AS given (source, id)
           JOIN event_key k ON k.partition = $1 AND k.source = given.source AND k.id = given.id
           LEFT JOIN quarantine q ON q.partition = k.partition AND q."offset" = k."offset"
           LEFT JOIN event e ON e.partition = k.partition AND e."offset" = coalesce(q.decided_offset, k."offset") AND k.state IN ('APPLIED', 'VOIDED')
             AND e.source = k.source AND e.id = k.id`,
    values: [partition, identities.map(({ source }) => source), identities.map(({ id }) => id)],
  });
  for (const key of wanted.targets.keys()) known.targets.set(key, null);
  for (const row of rows) known.targets.set(identityKey(row), await targetOf(client, partition, row));
}

// Identities of this batch are written already, their events are not: such a one stood not there at the fence, or as a tombstone.

async function targetOf(
  client: pg.PoolClient,
  partition: number,
  { state, void_offset: voidOffset, offset, name, outcome, is_taken: isTaken }: TargetState,
): Promise<KnownTarget | null> {
  const nothing = { name, rows: [], hopTo: null, consumed: [], voidLocation: null, sumsAtPlace: new Map<string, number>() };
  const tombstone = async (at: number): Promise<KnownTarget> => ({
    ...nothing,
    state: 'TOMBSTONE',
    voidLocation: (await readVoidLocations(client, partition, [at])).get(at) ?? null,
  });
  // A void has come for what waits in quarantine: it will have no effect, whoever lets it through.
  if ((state === 'QUARANTINED' || state === 'TOMBSTONE') && voidOffset !== null) return tombstone(voidOffset);
  if (offset === null && state === 'APPLIED' && isTaken) return { ...nothing, state, name: 'quarantine.released' };
  if (offset === null && (state === 'APPLIED' || state === 'VOIDED')) return voidOffset === null ? null : tombstone(voidOffset);
  if (state !== 'APPLIED' || offset === null || outcome === null) return { ...nothing, state };
  const rows = await readOwnRows(client, partition, offset);
  const sumsAtPlace = await readSumsAtPlace(
    client,
    partition,
    rows.filter(({ kind }) => kind === 'COUNT_VARIANCE'),
  );
  const hopTo = (JSON.parse(outcome) as Outcome).hops[0]?.location ?? null;
  return {
    voidLocation: null,
    state,
    name,
    rows,
    hopTo,
    sumsAtPlace,
    consumed: rows.some(({ orderNumber }) => orderNumber !== null) ? await readConsumed(client, partition, offset) : [],
  };
}

async function readConsumed(client: pg.PoolClient, partition: number, offset: number): Promise<KnownTarget['consumed']> {
  const { rows } = await client.query<{ location: string; reference: string; line: number; quantity: number }>({
    name: 'consumed-by-target',
    text: `SELECT location, reference, line, -delta AS quantity FROM reservation_entry
           WHERE partition = $1 AND "offset" = $2 AND kind = 'CONSUMED' AND reference IS NOT NULL ORDER BY index`,
    values: [partition, offset],
  });
  return rows;
}

async function readOwnRows(client: pg.PoolClient, partition: number, offset: number): Promise<TargetRow[]> {
  const { rows } = await client.query<LedgerRow>({
    name: 'own-rows',
    text: `SELECT "offset", kind, location, sku, bucket, lot, delta, occurred_at, source, sequence, event_id, order_number, order_line
           FROM ledger WHERE partition = $1 AND "offset" = $2 AND by_source IS NULL ORDER BY line`,
    values: [partition, offset],
  });
  return rows.map(({ occurred_at: occurredAt, event_id: eventId, order_number: orderNumber, order_line: orderLine, ...same }) => ({
    ...same,
    occurredAt,
    eventId,
    orderNumber,
    orderLine,
  }));
}

/** All rows at the places of counts, by key: their variance, what revised it. */
async function readSumsAtPlace(client: pg.PoolClient, partition: number, counts: readonly TargetRow[]): Promise<Map<string, number>> {
  if (counts.length === 0) return new Map();
  const column = <T>(pick: (row: TargetRow) => T): T[] => counts.map(pick);
  const { rows } = await client.query<{ place: number; sum: number }>({
    name: 'sums-at-place',
    text: `SELECT place::int4, sums.sum FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[], $9::text[])
             WITH ORDINALITY AS given (location, sku, bucket, lot, occurred_at, source, sequence, event_id, place)
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(l.delta), 0)::bigint AS sum FROM ledger l
             WHERE l.partition = $1 AND l.location = given.location AND l.sku = given.sku AND l.bucket = given.bucket AND l.lot IS NOT DISTINCT FROM given.lot
               AND l.occurred_at = given.occurred_at AND l.source = given.source AND l.sequence = given.sequence AND l.event_id = given.event_id) AS sums`,
    values: [
      partition,
      column((row) => row.location),
      column((row) => row.sku),
      column((row) => row.bucket),
      column((row) => row.lot),
      column((row) => row.occurredAt),
      column((row) => row.source),
      column((row) => row.sequence),
      column((row) => row.eventId),
    ],
  });
  const sums = new Map<string, number>();
  for (const { place, sum } of rows) {
    const count = counts[place - 1];
    if (count !== undefined) sums.set(ledgerKey(count), sum);
  }
  return sums;
}
