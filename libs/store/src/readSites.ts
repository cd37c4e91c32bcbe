import { partitionOf, type Instant } from '@quayside/contracts';
import type pg from 'pg';

/** Every location that has a level, by code; found by jumping from one to the next in the index, not by reading all levels. */
export async function findSites(
  pool: pg.Pool,
  { among, after, limit }: { among: readonly string[] | null; after: string | null; limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ location: string }>({
    name: 'find-sites',
    text: `WITH RECURSIVE site AS (
             (SELECT partition, location FROM level ORDER BY partition, location LIMIT 1)
             UNION ALL
             SELECT next.partition, next.location FROM site
               CROSS JOIN LATERAL (SELECT partition, location FROM level WHERE (partition, location) > (site.partition, site.location) ORDER BY partition, location LIMIT 1) AS next)
           SELECT location FROM site WHERE ($1::text[] IS NULL OR location = ANY ($1)) AND ($2::text IS NULL OR location > $2) ORDER BY location LIMIT $3`,
    values: [among, after, limit],
  });
  return rows.map(({ location }) => location);
}

/** What the levels of a location say of how far its reports have got. */
export interface SiteTimes {
  readonly location: string;
  readonly lastEventAt: Instant | null;
  readonly updatedAt: Instant;
}

/** Of those of these locations that have a level. */
export async function readSiteTimes(pool: pg.Pool, locations: readonly string[]): Promise<SiteTimes[]> {
  const { rows } = await pool.query<SiteTimes>({
    name: 'read-site-times',
    text: `SELECT location, max(last_event_at) AS "lastEventAt", max(updated_at) AS "updatedAt" FROM level
           WHERE partition = ANY ($1::int4[]) AND location = ANY ($2::text[]) GROUP BY location`,
    values: [[...new Set(locations.map((location) => partitionOf(location)))], locations],
  });
  return rows;
}
