import { join } from 'node:path';
import { readDuration, readEnd } from './duration.js';
import { EXIT, type ExitCode } from './fault.js';
import { changeKeyFile, makeKey, readKeyFile, type KeyEntry } from './keyFile.js';
import { addKey, isValidAt, revokeKey, rotateKey } from './keyRing.js';
import type { Colors, Output } from './output.js';

/** The file that `npm start` gives to ingest. */
export const keyFileOf = (home: string): string => join(home, 'keys', 'api-keys.json');

export interface KeyScope {
  readonly sources: readonly string[];
  readonly locations: readonly string[];
  readonly expires?: string;
}

/** `quayside key create NAME`: the key is shown once, only its hash is kept. */
export function createKey(file: string, asked: KeyScope & { readonly name: string }, output: Output): ExitCode {
  const { key, sha256 } = makeKey();
  const { name, sources, locations } = asked;
  const expiresAt = asked.expires === undefined ? null : readEnd('--expires', asked.expires, Date.now());
  const { added } = changeKeyFile(file, (entries) => addKey(entries, { name, sha256, sources, locations, expiresAt }));
  return showNew(output, { key, added, more: {}, text: '' });
}

/** `quayside key rotate ID`: a new key beside the old one, which ends after the grace. */
export function rotate(file: string, asked: { readonly id: string; readonly grace: string; readonly expires?: string }, output: Output): ExitCode {
  const { key, sha256 } = makeKey();
  const now = Date.now();
  const graceMs = readDuration('--grace', asked.grace);
  const expiry = asked.expires === undefined ? {} : { expiresAt: readEnd('--expires', asked.expires, now) };
  const { added, oldEndsAt } = changeKeyFile(file, (entries) => rotateKey(entries, { id: asked.id, sha256, now, graceMs, ...expiry }));
  return showNew(output, { key, added, more: { rotated: asked.id, oldEndsAt }, text: `${asked.id} is still good until ${oldEndsAt}.\n` });
}

/** `quayside key revoke ID`: ingest knows within 2 s. */
export function revoke(file: string, id: string, output: Output): ExitCode {
  changeKeyFile(file, (entries) => revokeKey(entries, id));
  output.result(
    { type: 'revoked', id },
    () => `${id} is revoked; ingest refuses it within 2 s.${isOurs(id) ? ' The next `npm start` puts this one back: it is the one that it prints.' : ''}`,
  );
  return EXIT.ok;
}

/** `quayside key list`: everything but the keys. */
export function listKeys(file: string, output: Output): ExitCode {
  const now = Date.now();
  const entries = readKeyFile(file);
  for (const entry of entries) {
    const { sha256, ...shown } = entry;
    output.result({ type: 'key', ...shown, valid: isValidAt(entry, now), sha256Begins: sha256.slice(0, 8) }, (colors) => showEntry(entry, now, colors));
  }
  if (entries.length === 0) output.note(`There are no keys in ${file}.`);
  return EXIT.ok;
}

// openKeys of tools/start/keys.mjs puts these two back at each start.
const isOurs = (id: string): boolean => id === 'start' || id === 'demo';

function showNew(output: Output, { key, added, more, text }: { key: string; added: KeyEntry; more: object; text: string }): ExitCode {
  const { sha256: _hash, ...shown } = added;
  output.result(
    { type: 'created', ...shown, ...more, key },
    (colors) => `${text}${colors.bold(key)}\n${showEntry(added, Date.now(), colors)}\nKeep it now: only its hash is stored, and it is not shown again.`,
  );
  return EXIT.ok;
}

function showEntry(entry: KeyEntry, now: number, colors: Colors): string {
  const state = isValidAt(entry, now) ? colors.green(entry.expiresAt === null ? 'no end' : `until ${entry.expiresAt}`) : colors.red(`ended ${entry.expiresAt}`);
  return `${entry.id}  ${entry.name}  sources ${entry.sources.join(', ')}  locations ${entry.locations.join(', ')}  ${state}`;
}
