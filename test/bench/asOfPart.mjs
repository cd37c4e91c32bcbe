import { join } from 'node:path';
import { partitionOf } from '@quayside/contracts';
import { findStockAsOf, openDatabase } from '@quayside/store';
import pg from 'pg';
import { migrate } from '@quayside/tools/prisma/migrate.mjs';
import { ROOT } from '@quayside/tools/root.mjs';
import { quantile, spreadOf } from './spread.mjs';

const FULL = { rows: 2_700_000, entries: 1_000_000, questions: 1_000 };
const QUICK = { rows: 200_000, entries: 80_000, questions: 300 };
/** As many as the public history has; how rows are spread over them is like there: the busiest has about 0.4 % of all. */
const LEVELS = 4_600;
const LOCATION = 'UK-1';
const LATE_SHARE = 0.05;
const FROM = Date.parse('2009-12-01T00:00:00Z');
const TO = Date.parse('2011-05-01T00:00:00Z');
const LATE_MS_MAX = 7 * 86_400_000;
/** What was asked first of a connection is planned and read anew; nobody's second question is like it. */
const WARM_UP = 50;
const ROWS_A_STATEMENT = 100_000;
const SCHEMA = 'bench_as_of';

/** How long "what was there then, as known at another time" takes for one level of a long ledger with late facts in it. */
export async function measureAsOf(run) {
  const size = run.isQuick ? QUICK : FULL;
  await fill(run, size);
  const database = openDatabase({ url: run.stack.postgres, schema: SCHEMA });
  run.closers.push(() => database.close());
  const rounds = { any: [], busiest: [] };
  for (let round = 0; round < run.rounds; round++) {
    rounds.any.push(await ask(database.pool, size.questions, () => skuAt(Math.floor(Math.random() * LEVELS))));
    rounds.busiest.push(await ask(database.pool, size.questions, () => skuAt(0)));
    run.progress.note(`  any level p95 ${rounds.any.at(-1).p95.toFixed(1)} ms, the busiest p95 ${rounds.busiest.at(-1).p95.toFixed(1)} ms`);
  }
  const rows = size.rows.toLocaleString('en');
  return [
    {
      what: `as-of of one level of ${LEVELS.toLocaleString('en')}, ledger of ${rows} rows, 5 % late: p50`,
      unit: 'ms',
      ...spreadOf(rounds.any.map(({ p50 }) => p50)),
    },
    { what: '  p95 (then: 10 ms)', unit: 'ms', ...spreadOf(rounds.any.map(({ p95 }) => p95)), goal: { atMost: 100 } },
    { what: '  p95 of the level with the most rows', unit: 'ms', ...spreadOf(rounds.busiest.map(({ p95 }) => p95)), goal: { atMost: 100 } },
  ];
}

/** One question after the other, each for a time of the history and for another at which it is known. */
async function ask(pool, questions, pickSku) {
  const tookMs = [];
  for (let question = -WARM_UP; question < questions; question++) {
    const at = FROM + Math.floor(Math.random() * (TO - FROM));
    const asKnownAt = at + Math.floor(Math.random() * (TO - at));
    const filter = { skus: [pickSku()], locations: [LOCATION], skuPrefix: null, negative: null };
    const startedMs = performance.now();
    await findStockAsOf(pool, { at, asKnownAt, filter, after: null, limit: 1 });
    if (question >= 0) tookMs.push(performance.now() - startedMs);
  }
  const sorted = tookMs.sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

const skuAt = (index) => `SKU-${String(index).padStart(5, '0')}`;
/** SQL for the sku of row `n`: a few are in much of what happens. */
const SKU_OF_ROW = `'SKU-' || lpad(floor(${LEVELS} * power(random(), 1.5))::text, 5, '0')`;

/** A history made by Postgres itself: what is measured is reading it. */
async function fill({ stack, progress, signal }, { rows, entries }) {
  await migrate({
    databaseUrl: stack.postgres,
    schema: SCHEMA,
    schemaPath: join(ROOT, 'prisma', 'schema.prisma'),
    migrationsFolder: join(ROOT, 'prisma', 'migrations'),
  });
  const client = new pg.Client({ connectionString: stack.postgres, options: `-c search_path=${SCHEMA} -c synchronous_commit=off` });
  await client.connect();
  try {
    const partition = partitionOf(LOCATION);
    await client.query('SELECT setseed(0.5)');
    await client.query(LEVEL_SQL, [partition, LOCATION, LEVELS, TO]);
    for (let from = 0; from < rows; from += ROWS_A_STATEMENT) {
      signal.throwIfAborted();
      await client.query(LEDGER_SQL, [partition, LOCATION, from, Math.min(rows, from + ROWS_A_STATEMENT) - 1, FROM, (TO - FROM) / rows]);
    }
    for (let from = 0; from < entries; from += ROWS_A_STATEMENT) {
      signal.throwIfAborted();
      await client.query(ENTRY_SQL, [partition, LOCATION, from, Math.min(entries, from + ROWS_A_STATEMENT) - 1, FROM, (TO - FROM) / entries]);
    }
    await client.query('VACUUM ANALYZE ledger');
    await client.query('VACUUM ANALYZE reservation_entry');
    await client.query('ANALYZE level');
    progress.note(`  ${rows.toLocaleString('en')} ledger rows and ${entries.toLocaleString('en')} reservation entries are in place`);
  } finally {
    await client.end();
  }
}

const LEVEL_SQL = `
  INSERT INTO level (partition, location, sku, sellable, inspection, hold, damaged, reserved, in_transit, on_order, backordered, version, updated_at)
  SELECT $1::int, $2::text, 'SKU-' || lpad(n::text, 5, '0'), 0, 0, 0, 0, 0, 0, 0, 0, 1, $4::int8 FROM generate_series(0, $3::int - 1) AS n`;

const LEDGER_SQL = `
  INSERT INTO ledger (partition, "offset", line, location, sku, bucket, kind, delta, on_hand_after, available_after, source, sequence, event_id,
    occurred_at, received_at, recorded_at, late)
  SELECT $1::int, n, 0, $2::text, sku, CASE WHEN n % 50 = 0 THEN 'damaged' ELSE 'sellable' END, CASE WHEN delta > 0 THEN 'RECEIVED' ELSE 'SHIPPED' END, delta, 0, 0,
    '/bench', n, 'event-' || n, recorded_at - CASE WHEN is_late THEN late_ms ELSE 0 END, recorded_at, recorded_at, is_late
  FROM (
    SELECT n, ${SKU_OF_ROW} AS sku, CASE WHEN n % 10 = 0 THEN 90 ELSE -10 END AS delta, $5::int8 + (n * $6::float8)::int8 AS recorded_at,
      random() < ${LATE_SHARE} AS is_late, (random() * ${LATE_MS_MAX})::int8 AS late_ms
    FROM generate_series($3::int8, $4::int8) AS n
  ) AS made`;

const ENTRY_SQL = `
  INSERT INTO reservation_entry (partition, "offset", index, location, sku, order_number, line, kind, delta, available_before, recorded_at)
  SELECT $1::int, n, 0, $2::text, ${SKU_OF_ROW}, 'SO-' || n / 2, 1, CASE WHEN n % 2 = 0 THEN 'CONFIRMED' ELSE 'CONSUMED' END, CASE WHEN n % 2 = 0 THEN 5 ELSE -5 END,
    CASE WHEN n % 2 = 0 THEN 100 END, $5::int8 + (n * $6::float8)::int8
  FROM generate_series($3::int8, $4::int8) AS n`;
