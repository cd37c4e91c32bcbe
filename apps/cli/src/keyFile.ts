import { createHash, randomBytes, randomInt } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Fault, messageOf } from './fault.js';

/** An entry of the file that ingest follows (libs/service, ApiKeys). The key itself is not in it. */
const keyEntry = z.object({
  id: z.string().min(1),
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sources: z.array(z.string()),
  locations: z.array(z.string()),
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
});
export type KeyEntry = z.infer<typeof keyEntry>;

/** Reads the keys; none where there is no file yet. Throws Fault for a file that is not one of keys. */
export function readKeyFile(file: string): KeyEntry[] {
  const text = readText(file);
  if (text === null) return [];
  try {
    return z.array(keyEntry).parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault({
      what: `${file} is no file of API keys`,
      why: messageOf(cause),
      fix: 'Name the right file with --file, or repair it: ingest goes on with the last good one.',
      cause,
    });
  }
}

/**
 * Changes the file as a whole, mode 0600: a reader sees the old or the new one. Returns what `change` gave.
 * Throws Fault when somebody else changed it meanwhile.
 */
export function changeKeyFile<Changed extends { readonly entries: readonly KeyEntry[] }>(
  file: string,
  change: (entries: readonly KeyEntry[]) => Changed,
): Changed {
  const before = readText(file);
  const changed = change(readKeyFile(file));
  const text = `${JSON.stringify(changed.entries, null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    // The mode given to open() is cut by the umask.
    chmodSync(draft, 0o600);
    if (readText(file) !== before)
      throw new Fault({ what: `${file} was not changed`, why: 'somebody else changed it at the same moment', fix: 'Run the command again.' });
    renameSync(draft, file);
    return changed;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 190 bits: a plain hash of it can be kept, nobody can try them all. */
const KEY_CHARACTERS = 32;

/** A new key and what of it may be kept. */
export function makeKey(): { readonly key: string; readonly sha256: string } {
  const key = `qs_${Array.from({ length: KEY_CHARACTERS }, () => BASE62[randomInt(BASE62.length)]).join('')}`;
  return { key, sha256: createHash('sha256').update(key).digest('hex') };
}

const readText = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);
