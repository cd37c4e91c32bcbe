import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EXAMPLE_EVENTS } from '@quayside/standards';
import { BODY_BYTES_MAX } from './readBody.js';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';

const json = JSON.stringify(EXAMPLE_EVENTS['stock.shipped']);
const HEADERS = { authorization: `Bearer ${KEYS.full}`, 'content-type': 'application/cloudevents+json' };

let ingest: IngestUnderTest;
let port: number;
let agent: Agent;
beforeEach(async () => {
  ingest = await openIngest();
  await ingest.app.listen(0, '127.0.0.1');
  port = (ingest.app.getHttpServer().address() as AddressInfo).port;
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  await ingest.close();
});

interface Sending {
  readonly body: string | Buffer;
  readonly headers?: Record<string, string>;
}

/** Sends over one kept connection, with a length or, where the headers say so, in chunks. */
async function post({ body, headers = {} }: Sending): Promise<{ status: number; problem: string | undefined; connection: string | undefined }> {
  const sent = request({ port, agent, method: 'POST', path: '/v1/events', headers: { ...HEADERS, ...headers } });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { type } = JSON.parse(Buffer.concat(chunks).toString()) as { type?: string };
  return { status: response.statusCode ?? 0, problem: type, connection: response.headers.connection };
}

describe('over real connections', () => {
  it('answers a body over the limit to a caller who is still writing, and goes on with the same connection', async () => {
    const large = Buffer.alloc(BODY_BYTES_MAX + 1, 0x20);
    expect(await post({ body: large })).toMatchObject({ status: 413, problem: '/problems/body-too-large' });
    expect(await post({ body: json })).toMatchObject({ status: 202 });
    expect(await post({ body: large, headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({ status: 413 });
    expect(await post({ body: json })).toMatchObject({ status: 202 });
  });

  it('does not read a body that names an absurd length', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.full}\r\ncontent-type: application/cloudevents+json\r\ncontent-length: 99999999999\r\n\r\n`,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    socket.destroy();
  });

  it('answers a wrong key without waiting for the body', async () => {
    const sent = request({
      port,
      agent,
      method: 'POST',
      path: '/v1/events',
      headers: { ...HEADERS, authorization: 'Bearer qs_wrong', 'content-length': '1000' },
    });
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    sent.on('error', () => undefined);
    sent.destroy();
  });

  it('takes a good event while other connections hold half a body', async () => {
    const halves = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));
    for (const half of halves)
      half.write(
        `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.full}\r\ncontent-type: application/cloudevents+json\r\ncontent-length: 100\r\n\r\n{`,
      );
    expect(await post({ body: json })).toMatchObject({ status: 202 });
    for (const half of halves) half.destroy();
    expect(await post({ body: json })).toMatchObject({ status: 202 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await ingest.metrics.metrics()).toContain('quayside_ingest_requests_in_flight 0');
  });

  it('answers what is in flight before it closes', async () => {
    let release = (): void => undefined;
    ingest.log.hold = new Promise((resolve) => {
      release = resolve;
    });
    const answer = post({ body: json });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const closed = ingest.app.close();
    release();
    expect(await answer).toMatchObject({ status: 202 });
    await closed;
  });

  it('tells a request that begins during the drain, over a connection that is still open, to come again, and closes it', async () => {
    let release = (): void => undefined;
    ingest.log.hold = new Promise((resolve) => {
      release = resolve;
    });
    const inFlight = post({ body: json });
    const half = connect(port, '127.0.0.1');
    let seen = '';
    half.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    half.write(`POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.full}\r\n`);
    await settled();
    const closed = ingest.app.close();
    await settled();
    half.write(`content-type: application/cloudevents+json\r\ncontent-length: ${json.length}\r\n\r\n${json}`);
    await once(half, 'close');
    expect(seen).toMatch(/^HTTP\/1\.1 503 /);
    expect(seen).toMatch(/^connection: close/im);
    expect(seen).toMatch(/^retry-after: 1/im);
    expect(seen).toMatch(/^content-type: application\/problem\+json/im);
    expect(seen).toContain('"type":"/problems/draining"');
    release();
    expect(await inFlight).toMatchObject({ status: 202, connection: 'close' });
    await closed;
    expect(ingest.log.entries).toHaveLength(1);
  });

  it('answers a request whose body still arrives during the drain', async () => {
    const sent = request({ port, agent, method: 'POST', path: '/v1/events', headers: { ...HEADERS, 'content-length': String(json.length) } });
    sent.write(json.slice(0, 20));
    await settled();
    const closed = ingest.app.close();
    await settled();
    sent.end(json.slice(20));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect([response.statusCode, response.headers.connection]).toEqual([202, 'close']);
    await closed;
  });

  it('does not let a caller who holds half a request hold up the end', async () => {
    await ingest.close();
    ingest = await openIngest({ drainMsMax: 200 });
    await ingest.app.listen(0, '127.0.0.1');
    port = (ingest.app.getHttpServer().address() as AddressInfo).port;
    const halves = [
      `POST /v1/events HTTP/1.1\r\nhost`,
      `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.full}\r\ncontent-type: application/cloudevents+json\r\ncontent-length: 100\r\n\r\n{`,
    ];
    for (const half of halves)
      connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .write(half);
    await settled();
    const before = Date.now();
    await ingest.app.close();
    expect(Date.now() - before).toBeLessThan(1_000);
  });
});

/** Long enough for what was written to have arrived. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
