import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from '@quayside/tools/root.mjs';
import { planServices } from '@quayside/tools/start/services.mjs';
import type { Ground } from './ground.js';
import { until } from './until.js';

export type ServiceName = 'ingest' | 'inventory' | 'inventory-2' | 'inventory-3' | 'alerting' | 'gateway' | 'gateway-2' | 'dashboard';
type Plan = Omit<ReturnType<typeof planServices>[number], 'env'> & { readonly env: Record<string, string> };

/** A service of the product as a process of its own. */
export class Member {
  private child: ChildProcess | null = null;

  constructor(
    private readonly plan: Plan,
    private readonly logFile: string,
  ) {}

  get name(): string {
    return this.plan.name;
  }
  get url(): string {
    return this.plan.url;
  }
  get pid(): number {
    return this.child?.pid ?? -1;
  }
  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  /** Starts it without waiting: for what is not expected to get ready. */
  launch(): void {
    const log = openSync(this.logFile, 'a');
    this.child = spawn(process.execPath, this.plan.args, { env: this.plan.env, stdio: ['ignore', log, log] });
    closeSync(log);
  }

  /** Waits until it says that it is ready; throws with its log when it ends instead. */
  async ready(withinMs = 30_000): Promise<void> {
    await until(`${this.name} is ready`, withinMs, async () => {
      if (!this.isRunning) throw new Error(`${this.name} ended with ${this.child?.exitCode ?? this.child?.signalCode}:\n${this.log().slice(-3_000)}`);
      return (await this.answers('/health/ready')) === 200;
    });
  }

  async answers(path: string): Promise<number> {
    try {
      return (await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(3_000) })).status;
    } catch {
      return 0; // It does not listen (yet, or any more).
    }
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Sends a signal; resolves when the process is gone, with its exit code (null: by the signal). */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child === null || !this.isRunning) return child?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return gone;
  }
}

/** The services that a suite needs, on ports of their own, on its ground. */
export class Crew {
  private constructor(private readonly members: ReadonlyMap<string, Member>) {}

  /** `more` adds to the environment of single members. */
  static async start(ground: Ground, names: readonly ServiceName[], more: Partial<Record<ServiceName, Record<string, string>>> = {}): Promise<Crew> {
    const ports: Record<string, number> = {};
    for (const name of ['ingest', 'inventory', 'inventory-2', 'inventory-3', 'alerting', 'gateway', 'dashboard']) ports[name] = await freePort();
    const stack = { kind: ground.stack.kind, kafka: ground.stack.kafka, redis: ground.stack.redis, postgres: ground.stack.postgres };
    const planned = { root: ROOT, stack, keys: ground.keys, inventoryCount: 3, hasDashboard: true };
    // npm start runs one gateway; a second is the same again on another port.
    const second = planServices({ ...planned, ports: { ...ports, gateway: await freePort() } }).filter(({ name }) => name === 'gateway');
    const plans = [...planServices({ ...planned, ports }), ...second.map((plan) => ({ ...plan, name: 'gateway-2' }))];
    const members = new Map<string, Member>();
    for (const plan of plans) {
      if (!names.some((name) => name === plan.name)) continue;
      const env = Object.fromEntries(
        Object.entries({ ...plan.env, ...ground.environment(), ...more[plan.name as ServiceName] }).map(([key, value]) => [key, String(value)]),
      );
      members.set(plan.name, new Member({ ...plan, env }, join(ground.folder, 'logs', `${plan.name}.log`)));
    }
    const crew = new Crew(members);
    await Promise.all([...members.values()].map((member) => member.start()));
    return crew;
  }

  member(name: ServiceName): Member {
    const member = this.members.get(name);
    if (member === undefined) throw new Error(`${name} is not in this crew`);
    return member;
  }

  /** Ends all as an operator would, and insists that each leaves with code 0. */
  async close(): Promise<void> {
    const codes = await Promise.all(
      [...this.members.values()].filter((member) => member.isRunning).map(async (member) => [member.name, await member.end('SIGTERM')] as const),
    );
    const bad = codes.filter(([, code]) => code !== 0);
    if (bad.length > 0)
      throw new Error(
        `Not ended well: ${bad
          .map(
            ([name, code]) =>
              `${name} with ${code}\n${this.member(name as ServiceName)
                .log()
                .slice(-2_000)}`,
          )
          .join(', ')}`,
      );
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port'))));
    });
  });
}
