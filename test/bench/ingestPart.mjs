import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DOOR = fileURLToPath(new URL('../../apps/ingest/bench/door.mjs', import.meta.url));
const FULL_SECONDS = 4;
const QUICK_SECONDS = 2;
const SHAPES = {
  batches: { title: 'batches of 100', goal: { atLeast: 0.5 } },
  singles: { title: 'single POSTs', goal: { atLeast: 0.6 } },
};

/** Ingest as it is wired in production, over a log that has everything at once, against a bare Fastify route with the same schema (apps/ingest/bench). */
export async function measureIngest(run) {
  const seconds = run.isQuick ? QUICK_SECONDS : FULL_SECONDS;
  const { stdout } = await promisify(execFile)(process.execPath, [DOOR, String(run.rounds), String(seconds)], {
    env: { ...process.env, TMPDIR: run.temporary },
    signal: run.signal,
  });
  return stdout
    .trim()
    .split('\n')
    .flatMap((line) => rowsOf(JSON.parse(line)));
}

function rowsOf({ shape, eventsPerS, eventsPerCpuS, share }) {
  const { title, goal } = SHAPES[shape];
  return [
    { what: `ingest: ${title}, share of a bare route's throughput`, unit: '', ...toSpread(share.throughput), goal },
    { what: "  the same by the server's CPU", unit: '', ...toSpread(share.cpu), goal },
    { what: '  ingest', unit: 'events/s', ...toSpread(eventsPerS.door) },
    { what: '  bare route', unit: 'events/s', ...toSpread(eventsPerS.bare) },
    { what: '  ingest', unit: 'events/CPU s', ...toSpread(eventsPerCpuS.door) },
    { what: '  bare route', unit: 'events/CPU s', ...toSpread(eventsPerCpuS.bare) },
  ];
}

const toSpread = ([min, median, max]) => ({ min, median, max });
