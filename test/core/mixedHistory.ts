import { seeded } from '../harness/load.js';
import { cloudEvent } from '../harness/sender.js';

type Sent = Record<string, unknown>;
interface Choosing {
  readonly chance: (share: number) => boolean;
  readonly pick: (count: number) => number;
  readonly oneOf: <T>(values: readonly [T, ...T[]]) => T;
}

const LOCATIONS = ['MX-1', 'MX-2', 'MX-3', 'MX-4', 'MX-5', 'MX-6'] as const;
const SKUS = ['A', 'B', 'C', 'D', 'E'] as const;
const BUCKETS = ['sellable', 'inspection', 'hold', 'damaged'] as const;
const POLICIES = ['ALL_OR_NOTHING', 'PARTIAL', 'BACKORDER'] as const;
/** Few names, so that facts meet: amended before placed, placed twice, cancelled when shipped. */
const ORDERS = 40;
const RESERVATIONS = 40;
const MINUTE = 60_000;

export interface MixedOptions {
  readonly seed: number;
  readonly count: number;
  /** All of it happened before. */
  readonly now: number;
}

/** Events of every type that the door takes, in an order of arrival that is not the order of facts, with voids before and after what they take back. */
export function mixedHistory({ seed, count, now }: MixedOptions): Sent[] {
  const random = seeded(seed);
  const pick = (bound: number): number => Math.floor(random() * bound);
  const choosing: Choosing = { chance: (share) => random() < share, pick, oneOf: ([first, ...rest]) => [first, ...rest][pick(rest.length + 1)] ?? first };
  const events: Sent[] = [];
  for (let number = 0; number < count; number++) {
    const location = choosing.oneOf(LOCATIONS);
    const [type, data] = choosing.oneOf(MAKERS)(choosing, { location, now });
    const minutesAgo = count - number + (choosing.chance(0.15) ? pick(600) : 0);
    const time = new Date(now - minutesAgo * MINUTE - (now % MINUTE)).toISOString();
    events.push(cloudEvent({ id: `e-${number}`, source: '/mixed', type, time, sequence: pick(3), data: { location, ...data } }));
  }
  return withVoids(events, choosing);
}

type Maker = (choosing: Choosing, where: { readonly location: string; readonly now: number }) => readonly [type: string, data: Sent];

const MAKERS: readonly [Maker, ...Maker[]] = [
  (of) => ['stock.received', { ...(of.chance(0.2) ? { condition: of.oneOf(BUCKETS) } : {}), lines: [{ ...goods(of, 30), ...lot(of) }] }],
  (of) => ['stock.received', { lines: [goods(of, 60)] }],
  (of) => ['stock.shipped', { lines: [goods(of, 5)] }],
  (of) => ['stock.shipped', { order: orderOf(of), lines: [{ ...goods(of, 5), ...(of.chance(0.5) ? { line: 1 + of.pick(3) } : {}) }] }],
  (of, { location }) => ['stock.moved', { to: LOCATIONS.find((other) => other !== location && of.chance(0.5)) ?? other(location), lines: [goods(of, 5)] }],
  (of) => ['stock.adjusted', { reason: 'found', lines: [{ sku: of.oneOf(SKUS), delta: of.chance(0.5) ? 1 + of.pick(4) : -1 - of.pick(4) }] }],
  (of) => ['stock.returned', { ...(of.chance(0.6) ? { order: orderOf(of) } : {}), lines: [goods(of, 3)] }],
  (of) => ['stock.dispositionChanged', { from: 'sellable', to: 'hold', reason: 'looked at', lines: [goods(of, 3)] }],
  (of) => ['stock.counted', { complete: of.chance(0.4), lines: [{ sku: of.oneOf(SKUS), counted: of.pick(40), ...lot(of) }] }],
  (of) => ['adjustment.requested', { reason: 'recounted', actor: 'ann', lines: [{ sku: of.oneOf(SKUS), delta: 1, expectedOnHand: of.pick(20) }] }],
  (of) => ['order.placed', { order: orderOf(of), customer: 'C-1', policy: of.oneOf(POLICIES), lines: demand(of) }],
  (of, { now }) => ['order.placed', { order: orderOf(of), promisedShipBy: new Date(now + of.pick(9) * 3_600_000).toISOString(), lines: demand(of) }],
  (of) => ['order.amended', { order: orderOf(of), lines: [{ line: 1 + of.pick(3), ...goods(of, 9) }] }],
  (of) => ['order.cancelled', { order: orderOf(of), ...(of.chance(0.5) ? { lines: [1] } : {}) }],
  (of) => ['order.held', { order: orderOf(of), reason: 'address' }],
  (of) => ['order.holdReleased', { order: orderOf(of) }],
  (of, { now }) => ['reservation.requested', { reservation: reservationOf(of), ...expiry(of, now), policy: of.oneOf(POLICIES), lines: demand(of) }],
  (of) => ['reservation.requested', { reservation: reservationOf(of), order: orderOf(of), policy: 'PARTIAL', lines: demand(of) }],
  (of) => ['reservation.released', { reservation: reservationOf(of), ...(of.chance(0.5) ? { line: 1, quantity: 1 } : {}) }],
  (of, { now }) => ['reservation.extended', { reservation: reservationOf(of), expiresAt: new Date(now + of.pick(4_000)).toISOString() }],
];

const goods = (of: Choosing, most: number) => ({ sku: of.oneOf(SKUS), quantity: 1 + of.pick(most) });
const lot = (of: Choosing) => (of.chance(0.3) ? { lot: of.oneOf(['L-1', 'L-2'] as const) } : {});
const demand = (of: Choosing) => Array.from({ length: 1 + of.pick(3) }, (_unused, index) => ({ line: index + 1, ...goods(of, 8) }));
const orderOf = (of: Choosing): string => `SO-${of.pick(ORDERS)}`;
const reservationOf = (of: Choosing): string => `R-${of.pick(RESERVATIONS)}`;
/** Some come due while the test runs. */
const expiry = (of: Choosing, now: number) => (of.chance(0.5) ? { expiresAt: new Date(now + of.pick(4_000)).toISOString() } : {});
const other = (location: string): string => (location === LOCATIONS[0] ? LOCATIONS[1] : LOCATIONS[0]);

/** A tenth of the physical facts is taken back, some before they came. */
function withVoids(events: readonly Sent[], of: Choosing): Sent[] {
  const arranged = [...events];
  for (const { id, type, data } of events.filter(() => of.chance(0.1))) {
    if (!/\.(stock\..*|adjustment\.requested)\./.test(String(type))) continue;
    const { location } = data as { location: string };
    const voiding = cloudEvent({
      id: `void-${String(id)}`,
      source: '/mixed',
      type: 'event.voided',
      data: { location, source: '/mixed', id, reason: 'did_not_occur' },
    });
    arranged.splice(of.pick(arranged.length + 1), 0, voiding);
  }
  return arranged;
}
