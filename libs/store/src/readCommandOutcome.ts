import { PARTITION_COUNT, type Change, type DecisionChange, type Outcome } from '@quayside/contracts';
import type pg from 'pg';
import type { RecordPlace } from './readLedger.js';

/** What stands of a command's record at one partition. */
export interface CommandState {
  readonly partition: number;
  /** Identity of the record, as `supply.events` carries it. */
  readonly id: string;
  readonly hash: string;
  /** Where its ledger rows stand. */
  readonly offset: number;
  /** Null while it waits in the quarantine: then `setAside` says why. */
  readonly changes: readonly Change[] | null;
  readonly setAside: { readonly reason: string; readonly detail: string } | null;
}
export interface CommandAsked {
  readonly source: string;
  readonly id: string;
}

/** States of a command, by partition: none while no record of it has been taken, several where one key was used at several locations at once. */
export async function readCommandStates(pool: pg.Pool, { source, id }: CommandAsked): Promise<CommandState[]> {
  const { rows } = await pool.query<CommandRow>({
    name: 'command-states',
    text: `${STATES} AND k.id = $3 ORDER BY k.partition`,
    values: [ALL_PARTITIONS, source, id],
  });
  return rows.map(stateFromRow);
}

/** States of the commands whose id begins with a text: of one that is many records. At most COMMANDS_MAX. */
export async function findCommandStates(pool: pg.Pool, { source, id: prefix }: CommandAsked): Promise<CommandState[]> {
  const { rows } = await pool.query<CommandRow>({
    name: 'find-command-states',
    text: `${STATES} AND starts_with(k.id, $3) ORDER BY k.partition, k."offset" LIMIT ${COMMANDS_MAX}`,
    values: [ALL_PARTITIONS, source, prefix],
  });
  return rows.map(stateFromRow);
}

/** Decisions of the records that stand at these places; null where there is no record, or it ends with none. In the order asked. */
export async function readDecisions(pool: pg.Pool, places: readonly RecordPlace[]): Promise<(DecisionChange | null)[]> {
  const { rows } = await pool.query<{ index: number; outcome: string }>({
    name: 'read-decisions',
    text: `SELECT k.index::int4 AS index, e.outcome FROM unnest($1::int4[], $2::int8[]) WITH ORDINALITY AS k (p, o, index)
           JOIN event e ON e.partition = k.p AND e."offset" = k.o`,
    values: [places.map(({ partition }) => partition), places.map(({ offset }) => offset)],
  });
  const found = new Map(rows.map(({ index, outcome }) => [index - 1, (JSON.parse(outcome) as Outcome).changes.at(-1)]));
  return places.map((_place, index) => {
    const last = found.get(index);
    return last?.kind === 'decision' ? last : null;
  });
}

/** Records of one command; it names no more events. */
const COMMANDS_MAX = 1_000;
/** The key of an identity begins with its partition, which nobody knows from source and id alone: one probe each. */
const ALL_PARTITIONS = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);

/**
 * A command that was set aside and released has its effect where the decision stands: its event is looked up by identity.
 * Where a release stands, the event is the one that it let through: looked up by place.
 */
const STATES = `SELECT k.partition, k.id, k.hash, coalesce(i."offset", k."offset") AS "offset", coalesce(i.outcome, p.outcome) AS outcome, q.reason, q.detail
  FROM event_key k LEFT JOIN event i ON i.partition = k.partition AND i.source = k.source AND i.id = k.id
  LEFT JOIN event p ON p.partition = k.partition AND p."offset" = k."offset"
  LEFT JOIN quarantine q ON q.partition = k.partition AND q."offset" = k."offset" AND q.state <> 'RELEASED'
  WHERE k.partition = ANY ($1::int4[]) AND k.source = $2`;

interface CommandRow {
  partition: number;
  id: string;
  hash: string;
  offset: number;
  outcome: string | null;
  reason: string | null;
  detail: string | null;
}

function stateFromRow({ outcome, reason, detail, ...same }: CommandRow): CommandState {
  return {
    ...same,
    changes: outcome === null ? null : (JSON.parse(outcome) as Outcome).changes,
    setAside: reason === null ? null : { reason, detail: detail ?? '' },
  };
}
