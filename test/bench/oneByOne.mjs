// The design that Quayside is measured against, as a process of its own: one event, one transaction, one HSET, one record,
// each awaited. It keeps what most such services keep, in the same tables, and has no fence. Started by processorPart.mjs.
import { decodeEventRecord, encodeNumbered, levelKey, topicName } from '@quayside/contracts';
import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';
import pg from 'pg';

const { brokers, prefix, databaseUrl, schema, redisUrl, count } = JSON.parse(process.argv[2]);

const kafka = new kafkajs.Kafka({ brokers: [brokers], clientId: 'one-by-one', logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: `${prefix}one-by-one`, minBytes: 1 });
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
const client = new pg.Client({ connectionString: databaseUrl, options: `-c search_path=${schema}` });
const redis = new Redis(redisUrl);

let done = 0;
let firstAt = 0;

process.on('disconnect', () => process.exit(0));
process.on('message', () => {
  consumer.disconnect().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
await Promise.all([client.connect(), producer.connect(), consumer.connect()]);
await consumer.subscribe({ topic: topicName(prefix, 'events'), fromBeginning: true });
await consumer.run({
  eachMessage: async ({ partition, message }) => {
    await handle(partition, message);
    if (++done === 1) firstAt = performance.now();
    if (done === 1) process.send({ kind: 'first' });
    if (done === count) process.send({ kind: 'last', perS: ((count - 1) / (performance.now() - firstAt)) * 1000 });
  },
});

async function handle(partition, message) {
  const { event, envelope } = decodeEventRecord(message.value);
  const at = { partition, offset: Number(message.offset), appendedAt: Number(message.timestamp) };
  const outcome = await inTransaction(() => apply(event, { envelope, at, bytes: message.value }));
  if (outcome === null) return;
  const { level } = outcome;
  await redis.hset(`${prefix}${partition}`, levelKey(level.location, level.sku), JSON.stringify(level));
  const record = { v: 1, after: null, items: [{ at: [at.offset, 0], what: outcome }] };
  await producer.send({ topic: topicName(prefix, 'changes'), acks: -1, messages: [{ partition, value: encodeNumbered(record) }] });
}

async function inTransaction(work) {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    await client.query('ROLLBACK');
    throw cause;
  }
}

/** Null for a repeat. */
async function apply(event, { envelope, at, bytes }) {
  const identity = await client.query({
    name: 'identity',
    text: `INSERT INTO event_key (partition, source, id, hash, "offset", state) VALUES ($1, $2, $3, $4, $5, 'APPLIED') ON CONFLICT DO NOTHING`,
    values: [at.partition, event.source, event.id, envelope.hash, at.offset],
  });
  if (identity.rowCount === 0) return null;
  const [line] = event.lines;
  const delta = event.name === 'stock.adjusted' ? line.delta : event.name === 'stock.shipped' ? -line.quantity : line.quantity;
  const level = await addToLevel({ location: event.location, sku: line.sku, delta }, { partition: at.partition, at, occurredAt: event.occurredAt });
  const cause = { source: event.source, id: event.id, name: event.name, occurredAt: event.occurredAt, receivedAt: at.appendedAt };
  const change = { kind: 'level', level, cause };
  await client.query({
    name: 'event',
    text: `INSERT INTO event (partition, "offset", source, id, name, occurred_at, received_at, recorded_at, applied_at, record, outcome, change_count, hop_count)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, 1, 0)`,
    values: [
      ...[at.partition, at.offset, event.source, event.id, event.name, event.occurredAt, at.appendedAt],
      ...[Date.now(), bytes, JSON.stringify({ changes: [change], hops: [] })],
    ],
  });
  await client.query({
    name: 'ledger',
    text: `INSERT INTO ledger (partition, "offset", line, location, sku, bucket, kind, delta, on_hand_after, available_after, source, sequence, event_id, occurred_at, received_at, recorded_at, late)
           VALUES ($1, $2, 0, $3, $4, 'sellable', $5, $6, $7, $7, $8, 0, $9, $10, $11, $11, false)`,
    values: [
      ...[at.partition, at.offset, event.location, line.sku, event.name, delta, Number(level.sellable)],
      ...[event.source, event.id, event.occurredAt, at.appendedAt],
    ],
  });
  return change;
}

/** Reads and writes in one statement: the quickest that one event at a time can be. */
async function addToLevel({ location, sku, delta }, { partition, at, occurredAt }) {
  const { rows } = await client.query({
    name: 'level',
    text: `INSERT INTO level (partition, location, sku, sellable, inspection, hold, damaged, reserved, in_transit, on_order, backordered, version, last_event_at, updated_at)
           VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, 0, 0, 1, $5, $6)
           ON CONFLICT (partition, location, sku) DO UPDATE SET sellable = level.sellable + $4, version = level.version + 1,
             last_event_at = greatest(level.last_event_at, $5), updated_at = $6
           RETURNING *`,
    values: [partition, location, sku, delta, occurredAt, at.appendedAt],
  });
  return rows[0];
}
