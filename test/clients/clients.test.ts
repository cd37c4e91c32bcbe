import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '@quayside/tools/root.mjs';
import { GatewayDesk } from '../gateway/gatewayDesk.js';
import { until } from '../harness/until.js';

interface Batch {
  readonly kind: string;
  readonly levels: readonly { readonly version: number; readonly onHand: number; readonly item: { readonly sku: string } }[];
}

/** A way to the gateway that can be cut. */
class Proxy {
  private readonly sockets = new Set<Socket>();
  private isOpen = true;
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async to(port: number): Promise<Proxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
    const proxy = new Proxy(server, address.port);
    server.on('connection', (near) => proxy.join(near, port));
    return proxy;
  }

  cut(): void {
    this.isOpen = false;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isOpen = true;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(near: Socket, port: number): void {
    if (!this.isOpen) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => {}); // cut: both ends see it
      socket.on('close', () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  }
}

describe('somebody else’s client', () => {
  let desk: GatewayDesk;
  let proxy: Proxy;
  beforeAll(async () => {
    desk = await GatewayDesk.open('clients');
    proxy = await Proxy.to(Number(new URL(desk.crew.member('gateway').url).port));
  }, 120_000);
  afterAll(async () => {
    proxy?.close();
    await desk?.close();
  }, 60_000);

  it.each([
    ['graphql-ws', process.execPath, 'graphqlWs.mjs'],
    ['Apollo Client', process.execPath, 'apollo.mjs'],
    ['curl -N', 'bash', 'curl.sh'],
  ])(
    '%s follows a stream and goes on after a cut, without a gap and without a new snapshot',
    async (name, command, script) => {
      const sku = `C-${script}`;
      const receive = (id: string): Promise<void> =>
        desk.post({ id: `${script}-${id}`, type: 'stock.received', data: { location: 'DC-1', lines: [{ sku, quantity: 1 }] } });
      const batches: Batch[] = [];
      const child: ChildProcess = spawn(command, [join(ROOT, 'test', 'clients', script)], {
        env: { ...process.env, GRAPHQL_URL: `http://127.0.0.1:${proxy.port}/graphql`, TOKEN: desk.ground.tokens.reader },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let complaints = '';
      child.stderr?.on('data', (bytes: Buffer) => (complaints += bytes.toString()));
      if (child.stdout === null) throw new Error('The client has no output');
      createInterface(child.stdout).on('line', (line) => batches.push(JSON.parse(line) as Batch));
      const versions = (): number[] => batches.flatMap(({ levels }) => levels.filter(({ item }) => item.sku === sku).map(({ version }) => version));
      try {
        await until(`${name} has the snapshot (${complaints})`, 15_000, async () => batches.length > 0);
        expect(batches[0]?.kind).toBe('SNAPSHOT');
        await receive('1');
        await until(`${name} sees a change`, 10_000, async () => versions().includes(1));
        proxy.cut();
        await receive('2');
        expect(versions()).toEqual([1]); // the cut is one
        const before = batches.length;
        proxy.mend();
        await until(`${name} sees what happened during the cut`, 15_000, async () => versions().includes(2));
        await receive('3');
        await until(`${name} goes on`, 10_000, async () => versions().includes(3));
        expect(versions()).toEqual([1, 2, 3]);
        expect(new Set(batches.slice(before).map(({ kind }) => kind))).toEqual(new Set(['DELTA']));
      } finally {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL'); // a shell's pipeline is a group of its own
      }
    },
    60_000,
  );
});
