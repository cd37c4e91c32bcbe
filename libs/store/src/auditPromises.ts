import type pg from 'pg';
import type { PromiseFinding } from './auditFinding.js';

/** Findings told of one partition and kind: a broken rule shows itself in the first. */
const FINDINGS_MAX = 1_000;

/**
 * I2, I4, I6 (domain.md, "Identities") and what levels say of promises, from the rows of one partition. Each statement
 * returns what breaks its rule, so nothing is read where nothing is wrong.
 */
export async function auditPromises(client: pg.PoolClient, partition: number): Promise<PromiseFinding[]> {
  const findings: PromiseFinding[] = [];
  for (const { kind, text } of RULES) {
    const { rows } = await client.query<BrokenRow>({ name: `audit-${kind.toLowerCase()}`, text: `${text} LIMIT ${FINDINGS_MAX}`, values: [partition] });
    findings.push(...rows.map((row): PromiseFinding => ({ kind, partition, ...row })));
  }
  return findings;
}

interface BrokenRow {
  location: string;
  /** Order, reservation or item. */
  subject: string;
  line: number | null;
  said: number;
  found: number;
}

const PARTS = ['backordered', 'rejected', 'withdrawn', 'active', 'consumed', 'released', 'expired'];
const isNegative = PARTS.map((part) => `${part} < 0`).join(' OR ');
const I2 = `requested <> confirmed + backordered + rejected + withdrawn OR confirmed <> active + consumed + released + expired OR ${isNegative}`;
const LINES = `(SELECT partition, location, sku, active, backordered FROM order_line WHERE partition = $1 AND (active <> 0 OR backordered <> 0)
                UNION ALL SELECT partition, location, sku, active, backordered FROM reservation_line WHERE partition = $1 AND (active <> 0 OR backordered <> 0))`;

/** What a level says against what is found for it. */
const levelAgainst = (column: string, sums: string): string =>
  `SELECT location, sku AS subject, NULL::int AS line, coalesce(v.${column}, 0) AS said, coalesce(s.found, 0)::bigint AS found
   FROM (SELECT location, sku, ${column} FROM level WHERE partition = $1 AND ${column} <> 0) AS v
   FULL JOIN (${sums}) AS s USING (location, sku) WHERE coalesce(v.${column}, 0) <> coalesce(s.found, 0) ORDER BY 1, 2`;

const RULES: readonly { readonly kind: PromiseFinding['kind']; readonly text: string }[] = [
  {
    kind: 'ORDER_PROMISE',
    text: `SELECT location, order_number AS subject, line, requested AS said, confirmed + backordered + rejected + withdrawn AS found FROM order_line WHERE partition = $1 AND (${I2})`,
  },
  {
    kind: 'RESERVATION_PROMISE',
    text: `SELECT location, reference AS subject, line, requested AS said, confirmed + backordered + rejected + withdrawn AS found FROM reservation_line WHERE partition = $1 AND (${I2})`,
  },
  {
    kind: 'PROMISED_BEYOND_AVAILABLE',
    text: `SELECT location, coalesce(order_number, reference) AS subject, line, delta AS said, available_before AS found FROM reservation_entry
           WHERE partition = $1 AND kind = 'CONFIRMED' AND available_before < delta`,
  },
  {
    kind: 'ORDER_LINE_SUM',
    text: `SELECT location, order_number AS subject, line, ordered + overshipped AS said, cancelled + rejected + backordered + active + shipped AS found FROM order_line
           WHERE partition = $1 AND (ordered + overshipped < cancelled + rejected + backordered + active + shipped OR overshipped > shipped OR least(cancelled, shipped, overshipped, returned) < 0)`,
  },
  {
    kind: 'ORDER_SUM',
    text: `SELECT o.location, o.number AS subject, NULL::int AS line, o.ordered + o.shipped + o.reserved + o.backordered + o.cancelled + o.rejected AS said, s.found
           FROM supply_order o CROSS JOIN LATERAL (
             SELECT coalesce(sum(ordered + shipped + active + backordered + cancelled + rejected), 0)::bigint AS found, count(*) AS lines,
               coalesce(sum(ordered + overshipped - cancelled - rejected - backordered - active - shipped), 0)::bigint AS open
             FROM order_line l WHERE l.partition = o.partition AND l.location = o.location AND l.order_number = o.number) AS s
           WHERE o.partition = $1 AND (o.line_count <> s.lines OR o.open <> s.open OR o.ordered + o.shipped + o.reserved + o.backordered + o.cancelled + o.rejected <> s.found)`,
  },
  { kind: 'RESERVED_SUM', text: levelAgainst('reserved', `SELECT location, sku, sum(active) AS found FROM ${LINES} AS l GROUP BY 1, 2`) },
  { kind: 'BACKORDERED_SUM', text: levelAgainst('backordered', `SELECT location, sku, sum(backordered) AS found FROM ${LINES} AS l GROUP BY 1, 2`) },
  {
    kind: 'RESERVED_ENTRIES',
    text: levelAgainst('reserved', 'SELECT location, sku, sum(delta) AS found FROM reservation_entry WHERE partition = $1 GROUP BY 1, 2'),
  },
];

/** Voids that came before their target and whose target has still not come when it should have (domain.md). */
export async function findUnmatchedVoids(
  client: pg.PoolClient,
  partition: number,
  before: number,
): Promise<{ readonly source: string; readonly id: string; readonly offset: number }[]> {
  const { rows } = await client.query<{ source: string; id: string; offset: number }>({
    name: 'unmatched-voids',
    text: `SELECT k.source, k.id, k."offset" FROM event_key k JOIN event e ON e.partition = k.partition AND e."offset" = k."offset"
           WHERE k.partition = $1 AND k.state = 'TOMBSTONE' AND e.recorded_at < $2 ORDER BY k."offset" LIMIT ${FINDINGS_MAX}`,
    values: [partition, before],
  });
  return rows;
}
