import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { until } from '../harness/until.js';
import { LOCATION, PARTITION, Stage } from './stage.js';

const KEY = Buffer.alloc(32, 9);
const SECRET = `whsec_${KEY.toString('base64')}`;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on the loopback that answers with these statuses, then with 204. */
class Receiver {
  readonly received: Received[] = [];
  readonly statuses: number[] = [];
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      this.received.push({ headers: request.headers, body });
      response.writeHead(this.statuses.shift() ?? 204).end();
    });
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }
  of(alertId: string): Received[] {
    return this.received.filter(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id === alertId);
  }
  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** As the specification tells receivers to do it. */
function isSigned({ headers, body }: Received): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const isRecent = Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 300;
  return isRecent && headers['webhook-signature'] === `v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`;
}

describe('a webhook', () => {
  let stage: Stage;
  let crew: Crew;
  const receiver = new Receiver();
  let targets: object[];
  const environment = (): Record<string, string> => ({ ALLOWED_LATENESS_MS: '0', WEBHOOKS: JSON.stringify(targets), WEBHOOK_PRIVATE_TARGETS: 'allow' });

  beforeAll(async () => {
    stage = await Stage.open('webhooks');
    const port = await receiver.listen();
    targets = [{ name: 'ops', url: `http://localhost:${port}/hook`, secrets: [SECRET], kinds: ['LOW_STOCK', 'NEGATIVE_ON_HAND'] }];
    crew = await Crew.start(stage.ground, ['alerting'], { alerting: environment() });
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    receiver.close();
    await stage?.close();
  }, 60_000);

  const low = async (sku: string, sellable = 5): Promise<string> =>
    `LOW_STOCK|${LOCATION}|${sku}|${PARTITION}.${await stage.changeLevel({ sku, sellable, reorderPoint: 10 })}`;
  const stateOf = async (alertId: string): Promise<string | undefined> => {
    const { rows } = await stage.ground.postgres.query<{ state: string; attempts: number }>('SELECT state, attempts FROM notification WHERE alert_id = $1', [
      alertId,
    ]);
    return rows.map(({ state, attempts }) => `${state} ${attempts}`).join();
  };

  it('is received once an episode, signed, with what a person needs to know', async () => {
    const alertId = await low('H-1');
    await until('it is received', 20_000, async () => receiver.of(alertId).length > 0);
    for (const sellable of [4, 3, 50, 2]) await stage.changeLevel({ sku: 'H-1', sellable, reorderPoint: 10 });
    await until('the episode has gone on', 10_000, async () => (await stage.statusOf(`LOW_STOCK|${LOCATION}|H-1`)) === 'OPEN 5');
    const last = await low('H-1-last');
    await until('a later one is received', 20_000, async () => receiver.of(last).length > 0);
    const [message] = receiver.of(alertId);
    expect([receiver.of(alertId).length, message !== undefined && isSigned(message)]).toEqual([1, true]);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      type: 'alert.opened',
      data: {
        kind: 'LOW_STOCK',
        status: 'OPEN',
        title: 'H-1 low at DC-1: 5 left, reorder at 10',
        location: LOCATION,
        sku: 'H-1',
        openedAt: expect.stringMatching(/Z$/),
      },
    });
    await until('it is marked as sent', 10_000, async () => (await stateOf(alertId)) === 'SENT 1');
  }, 60_000);

  it('is not sent for what is held down, until that comes to light', async () => {
    const alertId = await low('H-2', -1);
    const negative = alertId.replace('LOW_STOCK', 'NEGATIVE_ON_HAND');
    await until('the inhibitor is received', 20_000, async () => receiver.of(negative).length === 1);
    expect(receiver.of(alertId)).toEqual([]);
    await stage.changeLevel({ sku: 'H-2', sellable: 3, reorderPoint: 10 });
    await until('the other one is received', 20_000, async () => receiver.of(alertId).length === 1);
  }, 60_000);

  it('is tried again after answers of 500, under the same id, and then no more', async () => {
    receiver.statuses.push(500, 500);
    const alertId = await low('H-3');
    await until('it is received three times', 40_000, async () => (await stateOf(alertId)) === 'SENT 3');
    const messages = receiver.of(alertId);
    expect([messages.length, new Set(messages.map(({ headers }) => headers['webhook-id'])).size, messages.every(isSigned)]).toEqual([3, 1, true]);
  }, 60_000);

  it('that waits is sent by the process that comes after one that was killed', async () => {
    receiver.statuses.push(500);
    const alertId = await low('H-4');
    await until('the first try failed', 20_000, async () => (await stateOf(alertId)) === 'WAITING 1');
    await crew.member('alerting').end('SIGKILL');
    await crew.member('alerting').start();
    await until('it is sent', 60_000, async () => (await stateOf(alertId))?.startsWith('SENT') === true);
    expect(new Set(receiver.of(alertId).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  }, 120_000);

  it('to a private address is refused, and nothing reaches it', async () => {
    await crew.close();
    const before = receiver.received.length;
    const url = `https://localhost:${new URL(String((targets[0] as { url: string }).url)).port}/hook`;
    targets = [{ name: 'private', url, secrets: [SECRET] }];
    crew = await Crew.start(stage.ground, ['alerting'], { alerting: { ...environment(), WEBHOOK_PRIVATE_TARGETS: 'refuse' } });
    const alertId = await low('H-5');
    await until('it was tried', 20_000, async () => /^WAITING [1-9]/.test((await stateOf(alertId)) ?? ''));
    await until('it says why', 10_000, async () => {
      const { rows } = await stage.ground.postgres.query<{ last_error: string | null }>('SELECT last_error FROM notification WHERE alert_id = $1', [alertId]);
      return /private address, which is refused/.test(rows[0]?.last_error ?? '');
    });
    expect(receiver.received.length).toBe(before);
  }, 90_000);
});
