/** Types of attach.mjs for tests, which are TypeScript. */
export interface StackPart {
  readonly name: string;
  readonly url: string;
  /** Resolves when the server answers; the same port and data as before. */
  start(): Promise<unknown>;
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Null when it does not run, or runs in Docker. */
  pid(): number | null;
}

export interface AttachedStack {
  readonly kind: 'environment' | 'docker' | 'native';
  /** host:port */
  readonly kafka: string;
  readonly redis: string;
  readonly postgres: string;
  readonly home: string;
  readonly ports: Readonly<Record<'kafka' | 'kafkaController' | 'postgres' | 'redis', number>>;
  /** Empty for servers from the environment: those are never stopped. */
  readonly parts: Readonly<Partial<Record<'kafka' | 'postgres' | 'redis', StackPart>>>;
}

export function attachStack(path: string): AttachedStack;
