import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { postWebhook, type PostOptions } from './postWebhook.js';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A receiver on the loopback; returns its port. */
async function listen(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<number> {
  const listening = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answer(request, response, body));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

const post = (url: string, options: Partial<PostOptions> = {}): Promise<number> =>
  postWebhook({ url, headers: { 'webhook-id': 'msg_1' }, body: '{"a":"é"}' }, { allowPrivate: true, signal: new AbortController().signal, ...options });

describe('posting a webhook', () => {
  it('sends the body with its headers and gives the status of the answer', async () => {
    const seen: unknown[] = [];
    const port = await listen(({ method, url, headers }, response, body) => {
      seen.push([method, url, headers['webhook-id'], headers['content-type'], body]);
      response.writeHead(202).end('thanks');
    });
    expect(await post(`http://127.0.0.1:${port}/hook?x=1`)).toBe(202);
    expect(seen).toEqual([['POST', '/hook?x=1', 'msg_1', 'application/json', '{"a":"é"}']]);
  });

  it('connects to the address that was checked, under the name that was asked for, and resolves that once', async () => {
    let host: string | undefined;
    let resolved = 0;
    const port = await listen(({ headers }, response) => {
      ({ host } = headers);
      response.end();
    });
    const resolve = async (): Promise<{ address: string; family: number }[]> => {
      resolved++;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    expect(await post(`http://hooks.invalid:${port}/`, { resolve })).toBe(200);
    expect([host, resolved]).toEqual([`hooks.invalid:${port}`, 1]);
  });

  it('does not follow a redirect', async () => {
    let requests = 0;
    const port = await listen((_request, response) => {
      requests++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect([await post(`http://127.0.0.1:${port}/`), requests]).toEqual([302, 1]);
  });

  it('stops reading an answer without an end, and takes its status', async () => {
    const port = await listen((_request, response) => {
      response.writeHead(200);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(16_384), more));
      more();
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toBe(200);
  });

  it.each([
    ['the loopback', 'https://127.0.0.1/', []],
    ['a name at a private address', 'https://hooks.invalid/', [{ address: '10.0.0.7', family: 4 }]],
    [
      'a name of which one address is private',
      'https://hooks.invalid/',
      [
        { address: '8.8.8.8', family: 4 },
        { address: '::1', family: 6 },
      ],
    ],
  ])('refuses %s', async (_title, url, addresses) => {
    await expect(post(url, { allowPrivate: false, resolve: async () => addresses })).rejects.toThrow('private address, which is refused');
  });

  it('rejects where nobody listens, where the name is unknown, and when it is cut off', async () => {
    const port = await listen(() => {});
    await expect(post('http://hooks.invalid/', { resolve: async () => [] })).rejects.toThrow('has no address');
    const cut = new AbortController();
    const waiting = post(`http://127.0.0.1:${port}/`, { signal: cut.signal });
    cut.abort();
    await expect(waiting).rejects.toThrow('cut off');
    server?.close();
    server?.closeAllConnections();
    await expect(post(`http://127.0.0.1:${port}/`)).rejects.toThrow(/ECONNREFUSED/);
  });
});
