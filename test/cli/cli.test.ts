import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { cloudEvent, Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';
import { Quayside, type Line } from './quayside.js';

const NAMES = ['ingest', 'inventory', 'alerting', 'gateway'] as const;
const received = (id: string, sku: string, quantity: number, location = 'DC-1') =>
  cloudEvent({ id, source: '/wms/dc-1', type: 'stock.received', data: { location, lines: [{ sku, quantity }] } });
const ndjson = (events: readonly object[]): string => events.map((event) => JSON.stringify(event)).join('\n');
const last = (lines: readonly Line[]): Line => lines.at(-1) ?? {};

describe('quayside', () => {
  let ground: Ground;
  let crew: Crew;
  let quayside: Quayside;

  beforeAll(async () => {
    ground = await Ground.make('cli');
    crew = await Crew.start(ground, NAMES, { alerting: { ALLOWED_LATENESS_MS: '0' } });
    quayside = new Quayside(ground, crew, NAMES);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  it('sends events from standard input and waits until each stage is reached', async () => {
    const events = Array.from({ length: 40 }, (_unused, index) => received(`s-${index}`, `S-${index % 10}`, index + 1, index % 2 === 0 ? 'DC-1' : 'DC-2'));
    const sent = await quayside.run(['send', '-', '--wait', '--batch', '10'], { input: ndjson(events) });
    expect([sent.code, sent.err]).toEqual([0, '']);
    expect(last(sent.lines)).toMatchObject({ type: 'summary', events: 40, accepted: 40, duplicates: 0, rejected: 0 });
    const stages = sent.lines.filter(({ type }) => type === 'stages') as unknown as {
      acceptedMs: number;
      appliedMs: number;
      visibleMs: number;
      state: string;
    }[];
    expect(stages.length).toBeGreaterThanOrEqual(4);
    for (const { acceptedMs, appliedMs, visibleMs, state } of stages)
      expect([state, acceptedMs > 0 && acceptedMs <= appliedMs && appliedMs <= visibleMs]).toEqual(['APPLIED', true]);
  }, 30_000);

  it('sends a CSV, and the same CSV again as repeats, and says which rows the door refuses', async () => {
    const file = join(ground.folder, 'day.csv');
    writeFileSync(file, 'location,sku,quantity,time\nDC-1,C-1,5,2026-01-02T03:04:05Z\nDC-1,C-1,7,2026-01-02T03:05:05Z\nDC-1,C-2,1.5,2026-01-02T03:04:05Z\n');
    const first = await quayside.run(['send', file, '--type', 'stock.received', '--source', '/csv', '--wait']);
    expect(first.code).toBe(1);
    expect(first.lines.find(({ type }) => type === 'rejected')).toMatchObject({ event: 3, id: 'day.csv:3', status: 422 });
    expect(last(first.lines)).toMatchObject({ accepted: 2, duplicates: 0, rejected: 1 });
    expect(last((await quayside.run(['send', file, '--type', 'stock.received', '--source', '/csv', '--wait'])).lines)).toMatchObject({
      accepted: 0,
      duplicates: 2,
      rejected: 1,
    });
    const { rows } = await ground.postgres.query<{ sellable: string }>("SELECT sellable FROM level WHERE sku = 'C-1'");
    expect(rows).toEqual([{ sellable: '12' }]);
  }, 30_000);

  it('sends on under the same ids when ingest was away for a moment', async () => {
    const ingest = crew.member('ingest');
    await ingest.end('SIGKILL');
    const sending = quayside.start(['send', '-', '--wait']);
    sending.child.stdin?.end(JSON.stringify(received('away-1', 'W-1', 3)));
    await until('the CLI has found nobody', 10_000, async () => /the same events again in/.test(sending.err()));
    await ingest.start();
    const ran = await sending.ended;
    expect([ran.code, last(ran.lines)['accepted']]).toEqual([0, 1]);
  }, 60_000);

  it('paces what it sends', async () => {
    const events = Array.from({ length: 12 }, (_unused, index) => received(`r-${index}`, 'R-1', 1));
    const sent = await quayside.run(['send', '-', '--rate', '10'], { input: ndjson(events) });
    expect(last(sent.lines)).toMatchObject({ accepted: 12 });
    expect(Number(last(sent.lines)['tookMs'])).toBeGreaterThanOrEqual(1_050);
  }, 30_000);

  it('traces an event from the log to what it changed, with the times between', async () => {
    await quayside.run(['send', '-', '--wait'], {
      input: JSON.stringify(
        cloudEvent({ id: 't-1', source: '/wms/dc-1', type: 'stock.shipped', data: { location: 'DC-1', lines: [{ sku: 'T-1', quantity: 2 }] } }),
      ),
    });
    const find = async (): Promise<Line> => last((await quayside.run(['trace', '/wms/dc-1', 't-1'])).lines);
    await until('the alert names it', 10_000, async () => ((await find())['stages'] as { stage: string }[]).some(({ stage }) => stage === 'alerted'));
    const trace = await find();
    const stages = trace['stages'] as { stage: string; afterMs: number | null }[];
    // More than one rule may tell of an empty shelf; one of them holds the others down.
    expect([...new Set(stages.map(({ stage }) => stage))]).toEqual(['occurred', 'logged', 'applied', 'published', 'shown', 'alerted']);
    expect(stages.filter(({ stage }) => stage === 'logged' || stage === 'applied').every(({ afterMs }) => afterMs !== null && Math.abs(afterMs) < 5_000)).toBe(
      true,
    );
    expect(trace).toMatchObject({
      type: 'trace',
      partition: partitionOf('DC-1'),
      state: 'APPLIED',
      repeats: 0,
      applied: { ledger: [{ sku: 'T-1', delta: -2, onHandAfter: -2 }], changes: [{ what: { level: { version: 1 } } }] },
    });
    const unknown = await quayside.run(['trace', '/wms/dc-1', 'nobody']);
    expect([unknown.code, last(unknown.lines)]).toEqual([1, expect.objectContaining({ type: 'unknown', waiting: 0 })]);
  }, 60_000);

  it('follows stock through a killed gateway without missing or repeating a version', async () => {
    const tail = quayside.start(['tail', 'stock', '--sku', 'F-1', '--no-snapshot']);
    const versions = (): unknown[] =>
      tail
        .lines()
        .filter(({ type }) => type === 'level')
        .map(({ version }) => version);
    const sendOne = (id: string) => quayside.run(['send', '-', '--wait'], { input: JSON.stringify(received(id, 'F-1', 1)) });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await sendOne('f-1');
    await until('the first version is told', 10_000, async () => versions().length === 1);
    await crew.member('gateway').end('SIGKILL');
    await sendOne('f-2');
    await crew.member('gateway').start();
    await until('the tail has gone on', 20_000, async () => versions().length === 2);
    await sendOne('f-3');
    await until('the next one is told', 10_000, async () => versions().length === 3);
    expect(versions()).toEqual([1, 2, 3]);
    expect(tail.err()).toMatch(/cut, resuming/);
    tail.child.kill('SIGINT');
    expect((await tail.ended).code).toBe(0);
  }, 90_000);

  it('follows alerts and the log, and ends after as many lines as asked', async () => {
    const alerts = await quayside.run(['tail', 'alerts', '--kind', 'NEGATIVE_ON_HAND', '--limit', '1']);
    expect([alerts.code, last(alerts.lines)]).toEqual([0, expect.objectContaining({ type: 'alert', alert: 'NEGATIVE_ON_HAND', status: 'OPEN' })]);
    const events = await quayside.run(['tail', 'events', '--last', '1', '--limit', '1']);
    expect([events.code, last(events.lines)]).toEqual([
      0,
      expect.objectContaining({ type: 'event', partition: expect.any(Number), event: expect.objectContaining({ specversion: '1.0' }) }),
    ]);
  }, 60_000);

  it('follows movements through a killed gateway, each once, and goes on from a cursor', async () => {
    const tail = quayside.start(['tail', 'ledger', '--sku', 'L-1']);
    const deltas = (lines: readonly Line[]): unknown[] => lines.filter(({ type }) => type === 'movement').map(({ delta }) => delta);
    const sendOne = (quantity: number) => quayside.run(['send', '-', '--wait'], { input: JSON.stringify(received(`l-${quantity}`, 'L-1', quantity)) });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await sendOne(1);
    await until('the first movement is told', 10_000, async () => deltas(tail.lines()).length === 1);
    await crew.member('gateway').end('SIGKILL');
    await sendOne(2);
    await sendOne(3);
    await crew.member('gateway').start();
    await until('the tail has gone on', 20_000, async () => deltas(tail.lines()).length === 3);
    expect(deltas(tail.lines())).toEqual([1, 2, 3]);
    tail.child.kill('SIGINT');
    expect((await tail.ended).code).toBe(0);
    const again = await quayside.run(['tail', 'ledger', '--sku', 'L-1', '--limit', '2', '--after', String(tail.lines()[0]?.['cursor'])]);
    expect([again.code, deltas(again.lines)]).toEqual([0, [2, 3]]);
    const explained = await quayside.run(['explain', 'DC-1', 'L-1']);
    expect([explained.code, last(explained.lines)]).toEqual([0, expect.objectContaining({ type: 'explanation', onHand: 6, available: 6, addsUp: true })]);
  }, 90_000);

  it('says why a tail is not served: a filter that means nothing, a token that is none, a gateway that is away', async () => {
    const nonsense = await quayside.run(['tail', 'alerts', '--kind', 'NONSENSE']);
    expect([nonsense.code, nonsense.err]).toEqual([1, expect.stringMatching(/does not serve this stream\n {2}Why: .*NONSENSE/)]);
    const stranger = await quayside.run(['tail', 'stock'], { env: { QUAYSIDE_TOKEN: 'none' } });
    expect([stranger.code, stranger.err]).toEqual([1, expect.stringContaining('does not let us in')]);
    const away = await quayside.run(['tail', 'stock'], { env: { QUAYSIDE_GRAPHQL_WS_URL: 'ws://127.0.0.1:1/graphql' } });
    expect([away.code, away.err]).toEqual([1, expect.stringMatching(/does not answer\n {2}Why: .*ECONNREFUSED/)]);
  }, 60_000);

  it('makes, rotates and revokes keys that ingest follows within 3 s', async () => {
    const file = ground.keys.apiKeysFile;
    const postWith = (key: unknown, source: string) =>
      new Sender(crew.member('ingest'), ground).post(
        { ...received(`key-${source}-${Date.now()}`, 'K-1', 1), source },
        { authorization: `Bearer ${String(key)}` },
      );
    const settles = async (key: unknown, status: number): Promise<void> =>
      until(`it is answered ${status}`, 3_000, async () => (await postWith(key, '/erp/1')).status === status);
    const created = last((await quayside.run(['key', 'create', 'ERP', '--sources', '/erp/*', '--expires', '90d'])).lines);
    expect(created).toMatchObject({ type: 'created', id: 'erp', key: expect.stringMatching(/^qs_[0-9A-Za-z]{32}$/), sources: ['/erp/*'], locations: ['*'] });
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    await settles(created['key'], 202);
    expect((await postWith(created['key'], '/other')).status).toBe(403);
    const rotated = last((await quayside.run(['key', 'rotate', 'erp', '--grace', '1h'])).lines);
    expect(rotated).toMatchObject({ id: 'erp-2', rotated: 'erp', sources: ['/erp/*'], expiresAt: created['expiresAt'] });
    await settles(rotated['key'], 202);
    expect((await postWith(created['key'], '/erp/1')).status).toBe(202);
    expect((await quayside.run(['key', 'revoke', 'erp'])).code).toBe(0);
    await settles(created['key'], 401);
    expect((await postWith(rotated['key'], '/erp/1')).status).toBe(202);
    const listed = await quayside.run(['key', 'list']);
    expect(listed.lines.map(({ id }) => id)).toEqual(['start', 'demo', 'erp-2']);
    for (const key of [created['key'], rotated['key']]) expect(listed.out).not.toContain(String(key));
    const nobody = await quayside.run(['key', 'revoke', 'nobody']);
    expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('What to do:')]);
  }, 60_000);

  it('is healthy by doctor’s word, and audited without a difference', async () => {
    const doctor = await quayside.run(['doctor']);
    expect(doctor.lines.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect([doctor.code, last(doctor.lines)]).toEqual([0, { type: 'summary', faults: 0 }]);
    const parts = new Set(doctor.lines.map(({ part }) => part));
    for (const part of ['postgres', 'clocks', 'tables', 'redis', 'kafka', ...NAMES, 'live levels', 'quarantine', 'self-check']) expect(parts).toContain(part);
    const audit = await quayside.run(['audit']);
    expect([audit.code, audit.lines.filter(({ type }) => type === 'difference')]).toEqual([0, []]);
    const { rows } = await ground.postgres.query<{ levels: string; rows: string; events: string }>(
      'SELECT (SELECT count(*) FROM level) AS levels, (SELECT count(*) FROM ledger) AS rows, (SELECT count(*) FROM event) AS events',
    );
    const numbers = { levels: Number(rows[0]?.levels), ledgerRows: Number(rows[0]?.rows), applied: Number(rows[0]?.events) };
    expect(last(audit.lines)).toMatchObject({
      type: 'summary',
      differences: 0,
      ...numbers,
      liveLevels: numbers.levels,
      repeats: expect.any(Number),
      quarantined: 0,
    });
    expect(last(audit.lines)['text']).toMatch(/^0 differences in \d+ levels, \d+ rows \(/);
  }, 60_000);

  it('finds exactly the wrong values that were planted in Redis and in Postgres', async () => {
    // Inventory compares the stores itself and would mend what is planted.
    await crew.member('inventory').end('SIGTERM');
    const partition = partitionOf('DC-1');
    const hash = `${ground.redisPrefix}v2:{${partition}}:levels`;
    const plant = async (sku: string, change: (fields: number[]) => number[]): Promise<void> => {
      const fields = JSON.parse((await ground.redis.hget(hash, `DC-1\t${sku}`)) ?? 'null') as number[];
      await ground.redis.hset(hash, `DC-1\t${sku}`, JSON.stringify(change(fields)));
    };
    await plant('C-1', ([version = 0, sellable = 0, ...rest]) => [version, sellable + 1, ...rest]);
    await plant('W-1', ([version = 0, ...rest]) => [version + 5, ...rest]);
    await plant('R-1', ([version = 0, ...rest]) => [version - 1, ...rest]);
    await ground.redis.hdel(hash, 'DC-1\tF-1');
    await ground.redis.hset(hash, 'DC-1\tT-1', 'no level');
    await ground.redis.hset(hash, 'DC-1\tGHOST', JSON.stringify([1, 5, 0, 0, 0, 0, 0, 0, 0, null, null, null, 0, null, null]));
    await ground.postgres.query("UPDATE level SET sellable = sellable + 5 WHERE location = 'DC-1' AND sku = 'S-0'");
    const audit = await quayside.run(['audit']);
    const found = audit.lines
      .filter(({ type }) => type === 'difference')
      .map((line) => `${String(line['kind'])} ${String(line['fault'] ?? line['bucket'] ?? '')} ${String(line['sku'])}`);
    expect(found.sort()).toEqual([
      'LEVEL_SUM sellable S-0',
      'LIVE_LEVEL AHEAD W-1',
      'LIVE_LEVEL DIFFERENT C-1',
      'LIVE_LEVEL DIFFERENT S-0',
      'LIVE_LEVEL EXTRA GHOST',
      'LIVE_LEVEL MISSING F-1',
      'LIVE_LEVEL OLDER R-1',
      'LIVE_LEVEL UNREADABLE T-1',
    ]);
    expect([audit.code, last(audit.lines)['differences']]).toEqual([1, 8]);
    const explained = await quayside.run(['explain', 'DC-1', 'S-0']);
    expect([explained.code, last(explained.lines)['gaps']]).toEqual([1, [expect.objectContaining({ of: 'sellable' })]]);
    const text = await quayside.run(['audit', '--output', 'text']);
    expect(text.out).toContain('I1: S-0 at DC-1: the level says sellable');
  }, 60_000);

  it('says by doctor what is away, why and what to do', async () => {
    const doctor = await quayside.run(['doctor']);
    expect(doctor.code).toBe(1);
    expect(doctor.lines.filter(({ state }) => state === 'wrong')).toEqual([
      expect.objectContaining({
        part: 'inventory',
        what: expect.stringContaining('does not answer'),
        why: expect.stringContaining('ECONNREFUSED'),
        fix: expect.any(String),
      }),
    ]);
    const away = await quayside.run(['doctor'], { env: { REDIS_URL: 'redis://127.0.0.1:1', KAFKA_BROKERS: '127.0.0.1:1' } });
    expect(
      away.lines
        .filter(({ state }) => state === 'wrong')
        .map(({ part }) => String(part))
        .sort((a, b) => a.localeCompare(b)),
    ).toEqual(['inventory', 'kafka', 'redis']);
  }, 60_000);

  it('ends with 2 when it is called wrongly, and with 1 and no stack when nothing runs', async () => {
    expect((await quayside.run(['audit', '--nonsense'])).code).toBe(2);
    expect((await quayside.run(['key', 'rotate', 'start', '--grace', 'long'])).code).toBe(2);
    expect((await quayside.run(['audit'], { env: { QUAYSIDE_ENDPOINTS: '/nowhere/endpoints.json' } })).code).toBe(2);
    expect((await quayside.run(['tail', '--help'])).code).toBe(0);
    const away = await quayside.run(['audit'], { env: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' } });
    expect([away.code, away.err]).toEqual([1, expect.stringMatching(/^✗ A server does not answer\n {2}Why: .*ECONNREFUSED.*\n {2}What to do: /)]);
    expect(away.err).not.toMatch(/\n\s+at /);
    const nothing = await quayside.run(['send', '-'], { env: { QUAYSIDE_ENDPOINTS: '', QUAYSIDE_HOME: ground.folder + '/empty' } });
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('npm start')]);
  }, 60_000);
});
