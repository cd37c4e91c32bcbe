import { CLOCK_SOURCE, type Instant } from '@quayside/contracts';
import { Chance } from './chance.js';
import { DraftEvents, FIRST_INSTANT, type Weights } from './draftEvents.js';
import { type Draft, type LoggedDraft, recordOf } from './historyRecord.js';
import { Oracle } from './oracle/oracle.js';

const NOTHING: Weights = {
  'stock.received': 0,
  'stock.shipped': 0,
  'stock.moved': 0,
  'stock.adjusted': 0,
  'stock.returned': 0,
  'stock.counted': 0,
  'stock.dispositionChanged': 0,
  'adjustment.requested': 0,
  'order.placed': 0,
  'order.amended': 0,
  'order.cancelled': 0,
  'order.held': 0,
  'order.holdReleased': 0,
  'reservation.requested': 0,
  'reservation.released': 0,
  'reservation.extended': 0,
  'event.voided': 0,
  'hop.stockIn': 0,
  'hop.voided': 0,
};
const PHYSICAL: Weights = {
  ...NOTHING,
  'stock.received': 20,
  'stock.shipped': 16,
  'stock.moved': 6,
  'stock.adjusted': 8,
  'stock.returned': 6,
  'stock.counted': 18,
  'stock.dispositionChanged': 8,
  'adjustment.requested': 6,
  'event.voided': 14,
  'hop.stockIn': 5,
  'hop.voided': 3,
};
const PROMISES: Weights = {
  ...NOTHING,
  'stock.received': 20,
  'stock.shipped': 14,
  'stock.returned': 4,
  'stock.adjusted': 5,
  'order.placed': 14,
  'order.amended': 8,
  'order.cancelled': 5,
  'order.held': 2,
  'order.holdReleased': 2,
  'reservation.requested': 12,
  'reservation.released': 6,
  'reservation.extended': 3,
  'event.voided': 6,
};
const EVERYTHING: Weights = Object.fromEntries(Object.entries(PHYSICAL).map(([name, weight]) => [name, weight + PROMISES[name as keyof Weights]])) as Weights;
const PROFILES = { physical: PHYSICAL, promises: PROMISES, everything: EVERYTHING } as const;
export type Profile = keyof typeof PROFILES;

const HOUR_MS = 3600_000;

/** A random history of about `count` records of one partition, as its log holds them. The same seed gives the same history. */
export function randomHistory(seed: number, { profile, count }: { readonly profile: Profile; readonly count: number }): LoggedDraft[] {
  const chance = new Chance(seed);
  const { drafts } = new DraftEvents(chance, PROFILES[profile], chance.between(3, count));
  const arrived = withExpiries(chance, withRepeats(chance, inOrderOfArrival(chance, drafts)));
  return log(chance, arrived);
}

/** From hardly out of order to not in order at all. */
function inOrderOfArrival(chance: Chance, drafts: readonly Draft[]): Draft[] {
  const width = chance.oneOf([0, 3, 10, 1000]);
  const isByTime = chance.percent(40);
  const key = (draft: Draft, index: number): number => (isByTime ? ((draft.occurredAt - FIRST_INSTANT) / 60_000) * 5 : index) + chance.below(width + 1);
  return drafts
    .map((draft, index) => ({ draft, at: key(draft, index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ draft }) => draft);
}

/** The same again, at once or later; now and then something else under the same id. */
function withRepeats(chance: Chance, drafts: readonly Draft[]): Draft[] {
  const arrived = [...drafts];
  const percent = chance.oneOf([0, 10, 30]);
  for (const draft of drafts) {
    if (!chance.percent(percent)) continue;
    const copy = chance.percent(85) ? draft : { ...draft, data: { ...draft.data, remark: 'not the same' } };
    arrived.splice(chance.between(arrived.indexOf(draft), arrived.length), 0, copy);
  }
  return arrived;
}

/** Stands for the clock's record of an expiry until it is known at which offset that expiry was set. */
interface Expiry {
  readonly of: Draft;
}

function withExpiries(chance: Chance, drafts: readonly Draft[]): (Draft | Expiry)[] {
  const arrived: (Draft | Expiry)[] = [...drafts];
  for (const draft of drafts) {
    if (!draft.name.startsWith('reservation.') || draft.data['expiresAt'] === undefined || !chance.percent(60)) continue;
    arrived.splice(chance.between(arrived.indexOf(draft) + 1, arrived.length), 0, { of: draft });
  }
  return arrived;
}

/** Gives offsets and times, makes some clocks wrong, and lets some conditional adjustments be true. */
function log(chance: Chance, arrived: readonly (Draft | Expiry)[]): LoggedDraft[] {
  const logged: LoggedDraft[] = [];
  const offsetOf = new Map<Draft, number>();
  const changed = new Map<Draft, Draft>();
  const oracle = new Oracle();
  let offset = chance.below(100);
  let appendedAt = FIRST_INSTANT + HOUR_MS;
  let recordedAt = 0;
  for (const item of arrived) {
    offset += chance.percent(95) ? 1 : 2;
    appendedAt += chance.oneOf([0, 0, 1, 1000, 20_000, -7_000]);
    recordedAt = Math.max(recordedAt, appendedAt);
    const at = { offset, appendedAt, recordedAt };
    const draft =
      'of' in item ? expiryOf(item.of, offsetOf.get(item.of) ?? 0, recordedAt) : (changed.get(item) ?? finished(chance, item, { appendedAt, oracle }));
    if (!('of' in item)) {
      if (!changed.has(item)) offsetOf.set(item, offset);
      changed.set(item, draft);
    }
    logged.push({ draft, at });
    oracle.learn(recordOf({ draft, at }));
  }
  return logged;
}

function expiryOf(setBy: Draft, expiryOffset: number, now: Instant): Draft {
  const reservation = String(setBy.data['reservation']);
  const { location } = setBy.data;
  return {
    name: 'reservation.expired',
    source: CLOCK_SOURCE,
    id: `${location}|${reservation}|${expiryOffset}`,
    sequence: 0,
    occurredAt: now,
    data: { location, reservation, expiryOffset },
  };
}

const AHEAD_MS = [120_000, 120_001, 600_000, 24 * HOUR_MS, 24 * HOUR_MS + 1] as const;

function finished(chance: Chance, draft: Draft, { appendedAt, oracle }: { readonly appendedAt: Instant; readonly oracle: Oracle }): Draft {
  if (chance.percent(3) && !draft.name.startsWith('hop.') && !draft.name.endsWith('.voided'))
    return { ...draft, occurredAt: appendedAt + chance.oneOf(AHEAD_MS) };
  if (draft.name !== 'adjustment.requested' || chance.percent(40)) return draft;
  const { location, lines } = draft.data;
  if (!Array.isArray(lines)) return draft;
  const believed = lines.map((line: { readonly sku: string }) => ({ ...line, expectedOnHand: oracle.stock.onHand(String(location), line.sku) }));
  return { ...draft, data: { ...draft.data, lines: believed } };
}
