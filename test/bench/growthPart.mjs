import { drainBacklog, mustHaveApplied } from './backlog.mjs';
import { eventSource, LOCATIONS, openingEvents } from './events.mjs';
import { makeGround } from './ground.mjs';
import { spreadOf } from './spread.mjs';

const FULL = { levels: [1_000, 10_000, 100_000], history: [50_000, 150_000, 500_000], backlog: 60_000, rounds: 3 };
const QUICK = { levels: [1_000, 3_000, 10_000], history: [10_000, 30_000, 100_000], backlog: 10_000, rounds: 1 };
const SKUS_OF_HISTORY = 200;
const SEED = 2;

/** How the cost of an event grows with the number of levels, and with the history that is already there. Flat is the aim. */
export async function measureGrowth(run) {
  const sizes = run.isQuick ? QUICK : FULL;
  const rows = [];
  for (const levels of sizes.levels) {
    const skus = Math.ceil(levels / LOCATIONS.length);
    const opening = openingEvents({ seed: SEED, skus });
    rows.push(rowsFor(run, `${levels.toLocaleString('en')} levels`, await measure(run, sizes, { skus, opening })));
  }
  for (const history of sizes.history) {
    const next = eventSource({ seed: SEED + 1, skus: SKUS_OF_HISTORY });
    const opening = Array.from({ length: history }, next);
    rows.push(rowsFor(run, `${history.toLocaleString('en')} events before`, await measure(run, sizes, { skus: SKUS_OF_HISTORY, opening })));
  }
  return rows.flat();
}

/** The same backlog each time; what was there before is applied first and not measured. */
async function measure(run, { backlog, rounds }, { skus, opening }) {
  const ground = await makeGround(run, 'growth');
  await drainBacklog(ground, opening);
  const next = eventSource({ seed: SEED + 2, skus });
  const readings = [];
  for (let round = 0; round < rounds; round++) readings.push(await drainBacklog(ground, Array.from({ length: backlog }, next)));
  await mustHaveApplied(ground, opening.length + rounds * backlog);
  return readings;
}

function rowsFor(run, title, readings) {
  run.progress.note(`  ${title}: ${readings.map(({ perS }) => Math.round(perS)).join(', ')} events/s`);
  const cpu = readings.map(({ cpuUs }) =>
    cpuUs === null ? null : Object.entries(cpuUs).reduce((sum, [name, us]) => (name === 'anything else' ? sum : sum + us), 0),
  );
  const rate = { what: `growth: ${title} (rounds: ${readings.length})`, unit: 'events/s', ...spreadOf(readings.map(({ perS }) => perS)) };
  return cpu.includes(null) ? [rate] : [rate, { what: '  CPU of inventory and the stack', unit: 'µs/event', ...spreadOf(cpu) }];
}
