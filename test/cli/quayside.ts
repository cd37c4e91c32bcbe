import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@quayside/tools/root.mjs';
import type { Crew, ServiceName } from '../harness/crew.js';
import type { Ground } from '../harness/ground.js';

export type Line = Readonly<Record<string, unknown>>;
export interface Ran {
  readonly code: number | null;
  /** Standard output, one object a line: it is no terminal. */
  readonly lines: readonly Line[];
  readonly out: string;
  readonly err: string;
}
/** A command that runs on. */
export interface Running {
  readonly child: ChildProcess;
  lines(): readonly Line[];
  err(): string;
  readonly ended: Promise<Ran>;
}

/** The built CLI as a process of its own, told by an endpoints file where a ground and its crew are. */
export class Quayside {
  readonly endpoints: string;

  constructor(
    private readonly ground: Ground,
    crew: Crew | null,
    names: readonly ServiceName[],
  ) {
    this.endpoints = join(ground.folder, 'endpoints.json');
    const urlOf = (name: ServiceName): string | undefined => (names.includes(name) ? crew?.member(name).url : undefined);
    const gateway = urlOf('gateway');
    const value = {
      ingest: urlOf('ingest'),
      ...(gateway === undefined ? {} : { graphql: `${gateway}/graphql`, graphqlWs: `${gateway.replace('http', 'ws')}/graphql` }),
      kafka: ground.stack.kafka,
      redis: ground.stack.redis,
      postgres: ground.stack.postgres,
      schema: ground.schema,
      topicPrefix: ground.topicPrefix,
      redisPrefix: ground.redisPrefix,
      tokens: { ingest: ground.keys.ingestKey, reader: ground.tokens.reader },
      services: Object.fromEntries(names.map((name) => [name, urlOf(name)])),
    };
    writeFileSync(this.endpoints, JSON.stringify(value));
  }

  /** Runs a command to its end. */
  run(args: readonly string[], { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Ran> {
    const running = this.start(args, env);
    running.child.stdin?.end(input);
    return running.ended;
  }

  /** Starts a command that follows something. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const { PATH } = process.env;
    const child = spawn(process.execPath, [join(ROOT, 'apps', 'cli', 'dist', 'main.js'), ...args], {
      env: { PATH, QUAYSIDE_ENDPOINTS: this.endpoints, ...env },
      cwd: this.ground.folder,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const lines = (): Line[] =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line);
    const ended = new Promise<Ran>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, lines: out.startsWith('{') ? lines() : [], out, err }));
    });
    return { child, lines, err: () => err, ended };
  }
}
