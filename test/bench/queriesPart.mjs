import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@quayside/tools/host/wait.mjs';
import autocannon from 'autocannon';
import { openingEvents } from './events.mjs';
import { append, makeGround, startService } from './ground.mjs';
import { spreadOf } from './spread.mjs';

const BARE_DOOR = fileURLToPath(new URL('../../apps/gateway/bench/bareDoor.mjs', import.meta.url));
const SKUS = 100;
const CONNECTIONS = 20;
const SECONDS = { full: 4, quick: 2 };
const FILLED_MS_MAX = 60_000;
const GOAL = { atLeast: 0.4 };
const QUERY = '{ stockLevels(first: 10) { nodes { onHand available item { sku } location { code } } } }';

/** A stock query at one gateway process, from Postgres and over all of its door, against the same door over constants; one after the other in each round. */
export async function measureQueries(run) {
  const ground = await makeGround(run, 'queries');
  const services = await Promise.all(['inventory', 'gateway'].map((name) => startService(ground, name)));
  const [, gateway] = services;
  const bare = spawn(process.execPath, [BARE_DOOR], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await Promise.all(services.map((service) => service.ready()));
    const [address] = await once(createInterface(bare.stdout), 'line');
    const events = openingEvents({ seed: 1, skus: SKUS });
    await append(ground, events);
    const isFilled = async () => Number((await ground.pool.query('SELECT count(*) FROM level')).rows[0].count) === events.length;
    if (!(await waitUntil(isFilled, { timeoutMs: FILLED_MS_MAX, everyMs: 200, signal: run.signal }))) throw new Error('The levels were not filled');
    const token = ground.keys.makeTokens(new Date()).reader;
    const seconds = run.isQuick ? SECONDS.quick : SECONDS.full;
    const ask = (url) => fire({ url: `${url}/graphql`, token, seconds });
    await ask(gateway.url);
    await ask(address);
    const rounds = [];
    for (let round = 0; round < run.rounds; round++) {
      const [real, constant] = [await ask(gateway.url), await ask(address)];
      rounds.push({ real, constant, share: real / constant });
      run.progress.note(`  queries, round ${round + 1}: ${Math.round(real)}/s of ${Math.round(constant)}/s`);
    }
    const row = (what, unit, pick, goal) => ({ what, unit, ...spreadOf(rounds.map(pick)), ...(goal === undefined ? {} : { goal }) });
    return [
      row('queries: 10 levels with item and location, share of the bare door', '', ({ share }) => share, GOAL),
      row('  gateway', 'requests/s', ({ real }) => real),
      row('  bare door', 'requests/s', ({ constant }) => constant),
    ];
  } finally {
    bare.kill();
    await Promise.all(services.map((service) => service.end()));
  }
}

/** Requests a second; throws where one was not answered as asked. */
async function fire({ url, token, seconds }) {
  const result = await autocannon({
    url,
    method: 'POST',
    connections: CONNECTIONS,
    duration: seconds,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY }),
    verifyBody: (body) => body.includes('"onHand"') && !body.includes('"errors"'),
  });
  if (result.non2xx + result.errors + result.mismatches > 0)
    throw new Error(`${result.non2xx + result.errors + result.mismatches} requests were not answered as asked`);
  return result.requests.average;
}
