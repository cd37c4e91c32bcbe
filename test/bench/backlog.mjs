import { waitUntil } from '@quayside/tools/host/wait.mjs';
import { readCpuMs } from './cpu.mjs';
import { append, startService } from './ground.mjs';

const POLL_MS = 20;
const DRAIN_MS_MAX = 5 * 60_000;

/**
 * Puts a backlog into the log while inventory is not there, starts inventory, and measures from the first event that
 * is applied to the last one whose change is published.
 * @param {readonly { partition: number, key: string, value: string }[]} records
 * @returns {Promise<{ perS: number, cpuUs: Record<string, number> | null }>} `cpuUs`: microseconds an event, by process
 */
export async function drainBacklog(ground, records) {
  const { run } = ground;
  const before = await readProgress(ground);
  await append(ground, records);
  const goal = before.published + records.length;
  const inventory = await startService(ground, 'inventory');
  const pids = { inventory: inventory.pid, ...run.stack.pids };
  try {
    const first = await waitFor(ground, ({ applied }) => applied > before.applied);
    const cpuAtFirst = readCpuMs(pids);
    const last = await waitFor(ground, ({ published }) => published >= goal);
    const cpuAtLast = readCpuMs(pids);
    const events = goal - first.published;
    return { perS: (events / (last.at - first.at)) * 1000, cpuUs: perEvent(cpuAtFirst, cpuAtLast, events) };
  } finally {
    await inventory.end();
  }
}

/** CPU between two readings, microseconds an event; what the coarse ticks of the parts add up to can be a little more than the whole. */
export function perEvent(before, after, events) {
  if (before === null || after === null) return null;
  return Object.fromEntries(Object.keys(after).map((name) => [name, (Math.max(after[name] - before[name], 0) * 1000) / events]));
}

async function waitFor(ground, isSo) {
  const found = await waitUntil(
    async () => {
      const progress = await readProgress(ground);
      return isSo(progress) ? progress : null;
    },
    { timeoutMs: DRAIN_MS_MAX, everyMs: POLL_MS, signal: ground.run.signal },
  );
  if (found === null)
    throw new Error(`Inventory did not get through the backlog within ${DRAIN_MS_MAX / 1000} s: ${JSON.stringify(await readProgress(ground))}`);
  return found;
}

/** Events applied, and applied with their changes published, over all partitions. */
async function readProgress({ pool }) {
  const { rows } = await pool.query('SELECT coalesce(sum(next_offset), 0) AS applied, coalesce(sum(changes_offset), 0) AS published FROM fence');
  return { at: performance.now(), applied: Number(rows[0].applied), published: Number(rows[0].published) };
}

/** Throws where a run has not left exactly the rows that its events make: a fast wrong answer is no measurement. */
export async function mustHaveApplied({ pool }, count) {
  const { rows } = await pool.query(
    'SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM ledger) AS movements, (SELECT sum(version) FROM level) AS versions',
  );
  const found = Object.values(rows[0]).map(Number);
  if (found.some((each) => each !== count)) throw new Error(`${count} events were sent, the tables show ${JSON.stringify(rows[0])}`);
}
