import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';

/** Three old files of at most this size stay beside each log: some days of a noisy service, never a full disk. */
const LOG_BYTES_MAX = 20 * 1024 * 1024;
const ROTATE_AT_START_BYTES = 1024 * 1024;
const OLD_LOGS_MAX = 3;

/** Before a process starts: an old log that has grown is put aside, so that a fresh start is easy to read. */
export function rotateLog(path) {
  if (sizeOf(path) < ROTATE_AT_START_BYTES) return;
  shiftOldLogs(path);
  renameSync(path, `${path}.1`);
}

/**
 * While a process runs: copy and cut, since the process holds the file open. It was opened for appending, so
 * the next line lands at the new end; lines written between the copy and the cut are lost, which a log may do.
 */
export function boundLog(path) {
  if (sizeOf(path) < LOG_BYTES_MAX) return;
  shiftOldLogs(path);
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** The last lines of a log, for an error message; empty where there is none. */
export function tailLog(path, { lines = 15, bytesMax = 16 * 1024 } = {}) {
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytesMax));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(file);
  }
}

function shiftOldLogs(path) {
  for (let age = OLD_LOGS_MAX - 1; age >= 1; age -= 1) {
    if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
  }
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
