import { readdirSync, readFileSync } from 'node:fs';

/** A tick of /proc, ms: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** It has a process a connection; the children of this program are the others. */
const WITH_CHILDREN = 'postgres';

/**
 * CPU time that each process has used so far, ms; Postgres with its children, living and gone. `anything else` is what the
 * machine has spent besides: how quiet it was. Null where there is no /proc.
 * @param {Record<string, number | null>} pids by a name of the caller's
 * @returns {Record<string, number> | null}
 */
export function readCpuMs(pids) {
  if (process.platform !== 'linux') return null;
  const children = new Map();
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isSafeInteger)) {
    const stat = readStat(pid);
    if (stat !== null) children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat.ownMs]);
  }
  const known = Object.entries(pids).flatMap(([name, pid]) => {
    const stat = pid === null ? null : readStat(pid);
    return stat === null ? [] : [[name, name === WITH_CHILDREN ? stat.ownMs + stat.goneMs + sum(children.get(pid) ?? []) : stat.ownMs]];
  });
  return { ...Object.fromEntries(known), 'anything else': readMachineMs() - sum(known.map(([, ms]) => ms)) };
}

/** How many cores are busy, whoever keeps them so; null where there is no /proc. */
export async function readBusyCores(pause, ms = 1_000) {
  if (process.platform !== 'linux') return null;
  const before = readMachineMs();
  await pause(ms);
  return (readMachineMs() - before) / ms;
}

function readMachineMs() {
  const [user, nice, system, , , interrupt, softInterrupt] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + interrupt + softInterrupt) * TICK_MS;
}

function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields begin after it with the state.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, own, gone] = [fields[1], fields[11] + fields[12], fields[13] + fields[14]];
    return { parent, ownMs: own * TICK_MS, goneMs: gone * TICK_MS };
  } catch {
    return null; // It has just ended.
  }
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
