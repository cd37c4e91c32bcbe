import type { KeyEntry } from './keyFile.js';
import { usageFault } from './fault.js';

/** What `key create` asks for. */
export interface NewKey {
  readonly name: string;
  readonly sha256: string;
  readonly sources: readonly string[];
  readonly locations: readonly string[];
  readonly expiresAt: string | null;
}

/** Adds a key under an id of its own. */
export function addKey(entries: readonly KeyEntry[], { sources, locations, ...rest }: NewKey): { readonly entries: KeyEntry[]; readonly added: KeyEntry } {
  const added: KeyEntry = { id: freeId(entries, slug(rest.name)), ...rest, sources: [...sources], locations: [...locations] };
  return { entries: [...entries, added], added };
}

/** Puts a new key beside an old one of the same name and scope; the old one ends after the grace, or when it would have ended anyway. */
export function rotateKey(
  entries: readonly KeyEntry[],
  { id, sha256, now, graceMs, expiresAt }: Rotation,
): { readonly entries: KeyEntry[]; readonly added: KeyEntry; readonly oldEndsAt: string } {
  const old = findKey(entries, id);
  const oldEndsMs = Math.min(now + graceMs, old.expiresAt === null ? Infinity : Date.parse(old.expiresAt));
  const oldEndsAt = new Date(oldEndsMs).toISOString();
  const added: KeyEntry = { ...old, id: freeId(entries, old.id.replace(/-\d+$/, '')), sha256, expiresAt: expiresAt === undefined ? old.expiresAt : expiresAt };
  return { entries: [...entries.map((entry) => (entry === old ? { ...entry, expiresAt: oldEndsAt } : entry)), added], added, oldEndsAt };
}
export interface Rotation {
  readonly id: string;
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly graceMs: number;
  /** End of the new key; undefined: as the old one was to end. */
  readonly expiresAt?: string | null;
}

/** Takes a key out: the next request with it is answered 401 within seconds. */
export function revokeKey(entries: readonly KeyEntry[], id: string): { readonly entries: KeyEntry[] } {
  const found = findKey(entries, id);
  return { entries: entries.filter((entry) => entry !== found) };
}

/** Whether a key opens the door at a time. */
export const isValidAt = ({ expiresAt }: KeyEntry, now: number): boolean => expiresAt === null || Date.parse(expiresAt) > now;

function findKey(entries: readonly KeyEntry[], id: string): KeyEntry {
  const found = entries.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  throw usageFault(
    `There is no key ${id}`,
    `the file has ${entries.length === 0 ? 'none' : entries.map((entry) => entry.id).join(', ')}`,
    'See `quayside key list`.',
  );
}

function freeId(entries: readonly KeyEntry[], wanted: string): string {
  const taken = new Set(entries.map((entry) => entry.id));
  if (!taken.has(wanted)) return wanted;
  let suffix = 2;
  while (taken.has(`${wanted}-${suffix}`)) suffix += 1;
  return `${wanted}-${suffix}`;
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'key';
