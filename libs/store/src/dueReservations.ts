import { CLOCK_SOURCE, type Instant } from '@quayside/contracts';
import type pg from 'pg';

/** A reservation whose expiry has come and still stands. */
export interface DueReservation {
  readonly partition: number;
  readonly location: string;
  readonly reference: string;
  readonly expiresAt: Instant;
  /** Offset of the record that set the expiry. */
  readonly expiryOffset: number;
}

/** Reservations of these partitions that are due, the longest due first, at most `limit` of each. */
export async function readDueReservations(
  pool: pg.Pool,
  asked: { readonly partitions: readonly number[]; readonly now: Instant; readonly limit: number },
): Promise<DueReservation[]> {
  if (asked.partitions.length === 0) return [];
  const { rows } = await pool.query<{ partition: number; location: string; reference: string; expires_at: number; expiry_offset: number }>({
    name: 'due-reservations',
    // Each partition by itself: one that lags behind its log must not keep the others waiting.
    text: `SELECT due.* FROM unnest($1::int[]) AS owned (number) CROSS JOIN LATERAL (
             SELECT partition, location, reference, expires_at, expiry_offset FROM reservation
             WHERE partition = owned.number AND expires_at <= $2 AND expiry_offset IS NOT NULL ORDER BY expires_at LIMIT $3) AS due`,
    values: [asked.partitions, asked.now, asked.limit],
  });
  return rows.map(({ expires_at: expiresAt, expiry_offset: expiryOffset, ...same }) => ({ ...same, expiresAt, expiryOffset }));
}

/** Identity of the record that says that an expiry has come: the same, whoever notices it (architecture.md, "Times"). */
export const expiryIdentity = ({ partition, reference, expiryOffset }: DueReservation): { readonly source: string; readonly id: string } => ({
  source: CLOCK_SOURCE,
  id: `${reference}|${partition}|${expiryOffset}`,
});
