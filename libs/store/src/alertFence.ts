import type { ChangeNumber } from '@quayside/contracts';
import type pg from 'pg';

/** Where alerting stands in a partition: in `supply.changes`, in `supply.commands`, and in its own outbox. */
export interface AlertFence {
  /** Offset in `supply.changes` of the record to take next. */
  readonly nextOffset: number;
  /** Number of the newest change folded; null before the first. */
  readonly last: ChangeNumber | null;
  /** Offset in `supply.commands` of the record to take next. */
  readonly commandsOffset: number;
  /** Position of the next outcome in the outbox: every commit that tells something moves it by one. */
  readonly outboxNext: number;
  /** Outcomes below this position are in `supply.alerts`. */
  readonly alertsOffset: number;
}

/** The fence of a partition, made at the beginning of the logs where there was none. */
export async function startAlertFence(pool: pg.Pool, partition: number): Promise<AlertFence> {
  await pool.query(
    `INSERT INTO alert_fence (partition, next_offset, last_offset, last_index, alerts_offset, outbox_next, commands_offset)
     VALUES ($1, 0, $2, $3, 0, 0, 0) ON CONFLICT (partition) DO NOTHING`,
    [partition, ...numberColumns(null)],
  );
  const fence = await readAlertFence(pool, partition);
  if (fence === null) throw new Error(`The alert fence of partition ${partition} was deleted while it was being started`);
  return fence;
}

/** Null for a partition that alerting never started. */
export async function readAlertFence(pool: pg.Pool, partition: number): Promise<AlertFence | null> {
  const { rows } = await pool.query<FenceRow>({
    name: 'read-alert-fence',
    text: 'SELECT next_offset, last_offset, last_index, commands_offset, outbox_next, alerts_offset FROM alert_fence WHERE partition = $1',
    values: [partition],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const last: ChangeNumber | null = row.last_offset === NONE ? null : [row.last_offset, row.last_index];
  return { nextOffset: row.next_offset, last, commandsOffset: row.commands_offset, outboxNext: row.outbox_next, alertsOffset: row.alerts_offset };
}

/** Outcomes below `to` are in `supply.alerts`. Never goes back: a slower owner must not make them be sent again for ever. */
export async function advanceAlerts(relaxedPool: pg.Pool, partition: number, to: number): Promise<void> {
  await relaxedPool.query({
    name: 'advance-alerts',
    text: 'UPDATE alert_fence SET alerts_offset = GREATEST(alerts_offset, $2) WHERE partition = $1',
    values: [partition, to],
  });
}

/** How a fence row spells the number of the last change. */
export const numberColumns = (last: ChangeNumber | null): readonly [number, number] => last ?? [NONE, NONE];

/** Stands in the fence row for "no change yet". */
const NONE = -1;

interface FenceRow {
  next_offset: number;
  last_offset: number;
  last_index: number;
  commands_offset: number;
  outbox_next: number;
  alerts_offset: number;
}
