import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { Sender } from '../harness/sender.js';
import { askAtOnce, bringStock, brokenLines, decidedByLocation, oneLocationEach, UNITS, untilDecided } from './reservationRush.js';

const PER_LOCATION = 200;

/** The short form of `npm run verify:promises`, where nobody is killed. */
describe(`${PER_LOCATION} reservations at once for ${UNITS} units, at a location of each partition`, () => {
  const locations = oneLocationEach();
  let ground: Ground;
  let crew: Crew;

  beforeAll(async () => {
    ground = await Ground.make('reservations');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'inventory-2']);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  it(`confirm exactly ${UNITS} at each, and tell the others what they are short by`, async () => {
    const sender = new Sender(crew.member('ingest'), ground);
    await bringStock(sender, locations);
    await askAtOnce(sender, { locations, perLocation: PER_LOCATION });
    await untilDecided(ground, locations.length * PER_LOCATION);
    const decided = await decidedByLocation(ground);
    expect(decided.map(({ location }) => location).sort()).toEqual([...locations].sort());
    for (const { requests, confirmed, rejected, reserved } of decided)
      expect([requests, confirmed, rejected, reserved]).toEqual([PER_LOCATION, UNITS, PER_LOCATION - UNITS, UNITS]);
    expect(await brokenLines(ground)).toBe(0);
    const { rows } = await ground.postgres.query<{ verdict: string; short: string; count: string }>(
      `SELECT change ->> 'verdict' AS verdict, change -> 'shortBy' -> 0 ->> 'quantity' AS short, count(*)
       FROM event, jsonb_array_elements(outcome::jsonb -> 'changes') AS change
       WHERE name = 'reservation.requested' AND change ->> 'kind' = 'decision' GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { verdict: 'DONE', short: null, count: String(locations.length * UNITS) },
      { verdict: 'REJECTED', short: '1', count: String(locations.length * (PER_LOCATION - UNITS)) },
    ]);
  }, 120_000);
});
