import type pg from 'pg';

export interface AcceptedLoss {
  readonly partition: number;
  /** Where the fence stands, and where it is to go on. */
  readonly from: number;
  readonly to: number;
  /** Of the halt, e.g. RETENTION_PASSED. */
  readonly code: string;
  readonly decidedBy: string;
  readonly reason: string;
  readonly decidedAt: number;
}

/**
 * An operator's decision to go on behind records that are lost: moves the fence and records who decided it and why.
 * False when the fence does not stand at `from` any more. Nothing that was applied changes.
 */
export async function acceptLoss(pool: pg.Pool, loss: AcceptedLoss): Promise<boolean> {
  const { partition, from, to } = loss;
  const { rowCount } = await pool.query(
    `WITH moved AS (UPDATE fence SET next_offset = $3, last_appended_at = NULL WHERE partition = $1 AND next_offset = $2 RETURNING partition)
     INSERT INTO operator_decision (partition, code, detail, from_offset, to_offset, decided_by, reason, decided_at) SELECT partition, $4, $5, $2, $3, $6, $7, $8 FROM moved`,
    [partition, from, to, loss.code, `Went on at ${to} instead of ${from}: ${to - from} records are lost`, loss.decidedBy, loss.reason, loss.decidedAt],
  );
  return rowCount === 1;
}
