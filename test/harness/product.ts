import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@quayside/tools/root.mjs';
import { until } from './until.js';

export interface Endpoints {
  readonly ingest: string;
  readonly graphql: string;
  readonly graphqlWs: string;
  readonly dashboard: string;
  readonly kafka: string;
  readonly redis: string;
  readonly postgres: string;
  readonly tokens: { readonly ingest: string; readonly admin: string; readonly operator: string; readonly reader: string };
  readonly pids: Readonly<Record<string, number>>;
}

/** The whole product as `npm start` brings it up, in a data folder of its own. */
export class Product {
  readonly home = mkdtempSync(join(tmpdir(), 'quayside-start-'));
  output = '';
  private child: ChildProcess | null = null;

  constructor(private readonly portBase: number) {}

  /** Runs `npm start` as a newcomer without a terminal does; resolves with the seconds until it said Ready. */
  async start(flags: readonly string[] = []): Promise<number> {
    const startedAt = Date.now();
    this.output = '';
    const environment = { ...process.env, QUAYSIDE_HOME: this.home, CI: 'true' };
    // Its servers are to be its own, not those of the test stack.
    for (const name of ['KAFKA_BROKERS', 'REDIS_URL', 'DATABASE_URL', 'QUAYSIDE_TEST_STACK']) delete (environment as Record<string, unknown>)[name];
    const child = spawn('npm', ['start', '--', '--stack', 'native', '--port-base', String(this.portBase), ...flags], {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (this.output += bytes.toString()));
    await until('npm start says Ready', 120_000, async () => {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}:\n${this.output.slice(-3_000)}`);
      return /^Ready/m.test(this.output);
    });
    return (Date.now() - startedAt) / 1000;
  }

  get endpointsFile(): string {
    return join(this.home, 'endpoints.json');
  }
  get endpointsMode(): number {
    return statSync(this.endpointsFile).mode & 0o777;
  }
  endpoints(): Endpoints {
    return JSON.parse(readFileSync(this.endpointsFile, 'utf8')) as Endpoints;
  }

  /** Signals npm itself, as a supervisor or Ctrl-C would; resolves with the seconds until npm is gone. */
  async end(signal: NodeJS.Signals): Promise<number> {
    const { child } = this;
    if (child === null || child.exitCode !== null) return 0;
    const startedAt = Date.now();
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
    return (Date.now() - startedAt) / 1000;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
