import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Quayside } from '../cli/quayside.js';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';
import {
  askAtOnce,
  bringStock,
  brokenLines,
  decidedByLocation,
  decidedCount,
  killOwners,
  oneLocationEach,
  OWNERS,
  reservedInGraphql,
  reservedInRedis,
  UNITS,
  untilDecided,
} from '../promises/reservationRush.js';

/** PROMISES_PER_LOCATION bounds the run (CI: 1,000); without it, 10,000 requests at each of 24 locations. */
const PER_LOCATION = Number(process.env['PROMISES_PER_LOCATION'] ?? 10_000);
const KILLS = 9;
/** Long enough for the other two to get somewhere. */
const PAUSE_MS = 1_000;
const NAMES = ['ingest', 'gateway', ...OWNERS] as const;

describe(`${PER_LOCATION} reservations at once for ${UNITS} units, at a location of each partition`, () => {
  const locations = oneLocationEach();
  const total = locations.length * PER_LOCATION;
  let ground: Ground;
  let crew: Crew;

  beforeAll(async () => {
    ground = await Ground.make('promises');
    crew = await Crew.start(ground, NAMES);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 120_000);

  it(`confirm exactly ${UNITS} at each while the owners are killed in turn, and every store says the same`, async () => {
    const sender = new Sender(crew.member('ingest'), ground);
    await bringStock(sender, locations);
    const startedAt = Date.now();
    const asking = askAtOnce(sender, { locations, perLocation: PER_LOCATION });
    const isOver = async (): Promise<boolean> => (await decidedCount(ground)) === total;
    const [requests, underWay] = await Promise.all([asking, killOwners(crew, { isOver, kills: KILLS, pauseMs: PAUSE_MS })]);
    await untilDecided(ground, total);
    const seconds = (Date.now() - startedAt) / 1_000;

    const decided = await decidedByLocation(ground);
    expect(new Map(decided.map(({ location, before: _before, ...numbers }) => [location, numbers]))).toEqual(
      new Map(
        locations.map((location) => [location, { requests: PER_LOCATION, confirmed: UNITS, rejected: PER_LOCATION - UNITS, reserved: UNITS, sellable: UNITS }]),
      ),
    );
    // I4, and more: what was available went down by one with each promise, from all to none.
    const downToNone = Array.from({ length: UNITS }, (_unused, index) => index + 1);
    expect(decided.filter(({ before }) => before.join() !== downToNone.join())).toEqual([]);
    expect(await brokenLines(ground)).toBe(0);
    await until('Redis shows it', 15_000, async () => (await reservedInRedis(ground, locations)).every((reserved) => reserved === UNITS));
    expect(await reservedInGraphql(crew, ground.tokens.reader)).toEqual(new Map(locations.map((location) => [location, { reserved: UNITS, available: 0 }])));
    const audit = await new Quayside(ground, crew, NAMES).run(['audit']);
    expect([audit.code, audit.lines.at(-1)]).toEqual([0, expect.objectContaining({ differences: 0 })]);
    const confirmed = decided.reduce((sum, each) => sum + each.confirmed, 0);
    const rejected = decided.reduce((sum, each) => sum + each.rejected, 0);
    console.log(
      `locations=${locations.length} requests=${total} http=${requests} kills=${KILLS} kills_under_way=${underWay} confirmed=${confirmed} rejected=${rejected} overpromised=0 wrong=0 seconds=${seconds.toFixed(1)} decided_per_s=${Math.round(total / seconds)}`,
    );
    // Each owner at least once.
    expect(underWay).toBeGreaterThanOrEqual(OWNERS.length);
  }, 900_000);
});
