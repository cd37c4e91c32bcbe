import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** For what holds a key or a password: nobody else on the machine may read it. */
export const OWNER_ONLY = 0o600;

/** Writes a file so that a reader (or a crash) sees the old or the new text and never a half of it. */
export function writeAtomically(path, text, { mode = 0o644 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode, flag: 'wx' });
    // The mode given to open() is cut by the umask; a reader is promised exactly this one.
    chmodSync(draft, mode);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

export function writeJson(path, value, options) {
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, options);
}

/** The text of a file, or null where there is none. */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
}

/**
 * The value in a JSON file, or null where there is none.
 * A file that does not parse is told, with its path: guessing would lose what a person may want back.
 */
export function readJson(path) {
  const text = readText(path);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON; repair it or remove it`, { cause: error });
  }
}
