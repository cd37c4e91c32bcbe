import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

/** One caller of ingest. `sources` and `locations` hold exact values, prefixes that end in `*`, or `*` for all. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly sources: readonly string[];
  readonly locations: readonly string[];
  /** RFC 3339, or null for no end. */
  readonly expiresAt: string | null;
}

const keyFile = z.array(
  z.object({
    id: z.string().min(1),
    name: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    sources: z.array(z.string()),
    locations: z.array(z.string()),
    expiresAt: z.iso.datetime({ offset: true }).nullable(),
  }),
);

/** Keys are looked at again this often, so that a rotated or revoked one is known without a restart. */
const REREAD_MS = 2_000;

/** The keys of a file, kept as SHA-256 only. Follows the file; a broken file keeps the last good keys and is told through `onFault`. */
export class ApiKeys {
  private keys: { hash: Buffer; key: ApiKey }[] = [];
  private stamp = '';
  private lookedAt = 0;

  constructor(
    private readonly file: string,
    private readonly onFault: (cause: unknown) => void,
  ) {
    this.read();
  }

  /** The caller behind `Authorization: Bearer qs_…`; null when unknown or expired. Every hash is compared, in constant time each. */
  find(authorization: string | undefined, now: number): ApiKey | null {
    if (now - this.lookedAt > REREAD_MS) this.follow(now);
    const text = /^Bearer\s+(\S{1,512})$/i.exec(authorization ?? '')?.[1];
    if (text === undefined) return null;
    const hash = createHash('sha256').update(text).digest();
    let found: ApiKey | null = null;
    for (const entry of this.keys) if (timingSafeEqual(entry.hash, hash)) found = entry.key;
    return found !== null && (found.expiresAt === null || Date.parse(found.expiresAt) > now) ? found : null;
  }

  private follow(now: number): void {
    this.lookedAt = now;
    try {
      this.read();
    } catch (cause) {
      this.onFault(cause);
    }
  }

  private read(): void {
    const { mtimeMs, size } = statSync(this.file);
    const stamp = `${mtimeMs}/${size}`;
    if (stamp === this.stamp) return;
    const entries = keyFile.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    this.keys = entries.map(({ sha256, ...key }) => ({ hash: Buffer.from(sha256, 'hex'), key }));
    this.stamp = stamp;
  }
}

/** Whether a value is within a key's scope. */
export function isAllowed(scope: readonly string[], value: string): boolean {
  return scope.some((allowed) => allowed === '*' || allowed === value || (allowed.endsWith('*') && value.startsWith(allowed.slice(0, -1))));
}
