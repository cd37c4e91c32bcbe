import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeys, makeLogger, type ApiKey } from '@quayside/service';
import { Registry } from 'prom-client';
import { wireIngest, type IngestParts } from '../ingestModule.js';
import { MemoryEventLog } from './memoryEventLog.js';
import { MemoryEventStore } from './memoryEventStore.js';

/** Keys of the service under test: for everything, for one source and location, and one whose time is over. */
export const KEYS = { full: 'qs_full', scoped: 'qs_scoped', expired: 'qs_expired' } as const;

export interface IngestUnderTest {
  readonly app: NestFastifyApplication;
  readonly log: MemoryEventLog;
  readonly store: MemoryEventStore;
  readonly metrics: Registry;
  close(): Promise<void>;
}

/** Ingest as main wires it, over a log and a store in memory and a real key file; not listening yet. */
export async function openIngest(settings: Pick<IngestParts, 'window' | 'rates' | 'drainMsMax'> = {}): Promise<IngestUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'quayside-ingest-'));
  const file = join(folder, 'keys.json');
  writeFileSync(
    file,
    JSON.stringify([
      keyEntry(KEYS.full, { sources: ['*'], locations: ['*'], expiresAt: null }),
      keyEntry(KEYS.scoped, { sources: ['/wms/*'], locations: ['DC-1'], expiresAt: null }),
      keyEntry(KEYS.expired, { sources: ['*'], locations: ['*'], expiresAt: '2020-01-01T00:00:00Z' }),
    ]),
  );
  const log = new MemoryEventLog();
  const store = new MemoryEventStore();
  const metrics = new Registry();
  const keys = new ApiKeys(file, (cause) => {
    throw cause;
  });
  const { module, routes, fastify } = wireIngest({ log, store, keys, logger: makeLogger('ingest-test', 'silent'), metrics, ...settings });
  const adapter = new FastifyAdapter({ forceCloseConnections: 'idle', ...fastify });
  await routes(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false, abortOnError: false });
  await app.init();
  await adapter.getInstance().ready();
  const close = async (): Promise<void> => {
    await app.close();
    rmSync(folder, { recursive: true });
  };
  return { app, log, store, metrics, close };
}

function keyEntry(secret: string, scope: Pick<ApiKey, 'sources' | 'locations' | 'expiresAt'>): object {
  return { id: `id-of-${secret}`, name: secret, sha256: createHash('sha256').update(secret).digest('hex'), ...scope };
}
