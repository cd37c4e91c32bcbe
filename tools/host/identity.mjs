import { spawnSync } from 'node:child_process';
import { readText } from './files.mjs';

/**
 * Who a process is: its pid and the moment it began. A pid alone is given out again by the system, so a
 * recorded pid must never be signalled before its `began` has been seen to be the same.
 * @typedef {{ pid: number, began: string }} Identity
 */

/** The identity of a running process, or null when it is gone (a zombie counts as gone). */
export function identify(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

export function isRunning(identity) {
  return identity !== null && identity !== undefined && identify(identity.pid)?.began === identity.began;
}

/** The command line of a process, or an empty text when it is gone. */
export function commandLine(pid) {
  if (process.platform === 'linux') {
    return (readProc(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
  }
  return ps(pid, 'command=');
}

function identifyByProc(pid) {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is the command in brackets and may hold blanks and brackets itself: read behind the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  if (state === 'Z' || state === 'X') return null;
  const STARTTIME = 19; // field 22 of proc(5), counted from field 3
  return { pid, began: `${bootId()} ${fields[STARTTIME]}` };
}

function identifyByPs(pid) {
  const state = ps(pid, 'stat=');
  if (state === '' || state.startsWith('Z')) return null;
  const began = ps(pid, 'lstart=');
  return began === '' ? null : { pid, began };
}

/** A file below /proc goes away with its process, also while it is read. */
function readProc(path) {
  try {
    return readText(path);
  } catch (error) {
    if (error.code === 'ESRCH' || error.code === 'EACCES' || error.code === 'EPERM') return null;
    throw error;
  }
}

let knownBootId;
function bootId() {
  knownBootId ??= (readText('/proc/sys/kernel/random/boot_id') ?? '').trim();
  return knownBootId;
}

function ps(pid, field) {
  const { stdout } = spawnSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  return (stdout ?? '').trim();
}
