import {
  ADJUSTMENT_REASONS,
  BUCKETS,
  COMMAND_SOURCE,
  type EventName,
  HOP_SOURCE,
  type Instant,
  partitionOf,
  RESERVATION_POLICIES,
  showInstant,
  VOIDABLE_EVENT_NAMES,
} from '@quayside/contracts';
import type { Chance } from './chance.js';
import type { Draft } from './historyRecord.js';

type DraftedName = Exclude<EventName, 'policy.set' | 'quarantine.released' | 'quarantine.dismissed' | 'reservation.expired'>;
export type Weights = Readonly<Record<DraftedName, number>>;

/** Two locations of one partition, so that what must not mix can be seen to mix, and one of another. */
const HERE = 'DC-1';
const BESIDE = neighbour((partition) => partition === partitionOf(HERE));
const ELSEWHERE = neighbour((partition) => partition !== partitionOf(HERE));

/** Few of everything: scarcity, ties and repeated names have to happen in a short history. */
const SKUS = ['apple', 'pear', 'plum'] as const;
const LOTS = ['L1', 'L2'] as const;
const SOURCES = ['/wms/a', '/wms/b', COMMAND_SOURCE] as const;
const ORDERS = ['O1', 'O2', 'O3'] as const;
const RESERVATIONS = ['R1', 'R2', 'R3', 'R4'] as const;
/** Facts happen in these minutes; the log begins an hour later. */
export const FIRST_INSTANT: Instant = Date.UTC(2026, 10, 22, 8);
const INSTANTS = 6;
const MINUTE_MS = 60_000;

/** Drafts events of one history: what an order number's lines are about is settled once. */
export class DraftEvents {
  readonly drafts: Draft[] = [];
  private readonly plans = new Map<string, readonly string[]>();
  private readonly ids: string[];

  constructor(
    private readonly chance: Chance,
    private readonly weights: Weights,
    count: number,
  ) {
    // Ids say nothing of the order in which events were made.
    this.ids = chance.shuffled(Array.from({ length: count }, (_, index) => `e${String(index).padStart(2, '0')}`));
    for (const order of ORDERS)
      this.plans.set(
        order,
        Array.from({ length: 3 }, () => this.sku()),
      );
    // Voids are drafted last, so that they can be of anything, and then arrive anywhere.
    const names = Array.from({ length: count }, () => chance.weighted(weights));
    for (const name of names.sort((a, b) => Number(isVoid(a)) - Number(isVoid(b)))) this.drafts.push(this.draft(name));
  }

  private draft(name: DraftedName): Draft {
    const id = this.ids[this.drafts.length] ?? `e${this.drafts.length}`;
    const head = {
      name,
      source: this.source(name),
      id: name.startsWith('hop.') ? `/wms/far|${id}|0` : id,
      sequence: this.chance.percent(70) ? 0 : this.chance.below(3),
      occurredAt: this.instant(),
    };
    return { ...head, data: { location: this.chance.percent(92) ? HERE : BESIDE, ...this.data(name) } };
  }

  private data(name: DraftedName): Record<string, unknown> {
    const { chance } = this;
    switch (name) {
      case 'stock.received':
        return { lines: this.lines(() => ({ quantity: chance.between(1, 8) })), ...this.perhaps(10, () => ({ condition: chance.oneOf(BUCKETS) })) };
      case 'stock.shipped':
        return chance.percent(this.weights['order.placed'] > 0 ? 75 : 5)
          ? this.goodsOfOrder(10)
          : { lines: this.lines(() => ({ quantity: chance.between(1, 5) })) };
      case 'stock.returned':
        return chance.percent(this.weights['order.placed'] > 0 ? 75 : 5)
          ? this.goodsOfOrder(0)
          : { lines: this.lines(() => ({ quantity: chance.between(1, 3) })), ...this.perhaps(30, () => ({ condition: chance.oneOf(BUCKETS) })) };
      case 'stock.moved':
        return { to: ELSEWHERE, lines: this.lines(() => ({ quantity: chance.between(1, 4) })) };
      case 'hop.stockIn':
        return { from: ELSEWHERE, cause: { source: '/wms/far', id: `m${this.drafts.length}` }, lines: this.lines(() => ({ quantity: chance.between(1, 4) })) };
      case 'stock.adjusted':
        return { reason: chance.oneOf(ADJUSTMENT_REASONS), lines: this.lines(() => ({ delta: this.delta() })) };
      case 'adjustment.requested':
        return { reason: 'correction', actor: 'ann', lines: this.lines(() => ({ delta: this.delta(), expectedOnHand: chance.between(-1, 6) })) };
      case 'stock.dispositionChanged': {
        const [from, to] = chance.percent(70) ? chance.shuffled(['sellable', 'hold']) : chance.shuffled(BUCKETS);
        return { from, to, reason: 'recalled', lines: this.lines(() => ({ quantity: chance.between(1, 4) })).map(({ bucket: _bucket, ...line }) => line) };
      }
      case 'stock.counted':
        return { lines: eachKeyOnce(this.lines(() => ({ counted: chance.below(9) }))), ...this.perhaps(40, () => ({ complete: chance.percent(85) })) };
      case 'event.voided':
        return { reason: 'did_not_occur', ...this.target((name_) => !name_.startsWith('hop.')) };
      case 'hop.voided':
        return { from: ELSEWHERE, cause: { source: '/wms/far', id: 'v' }, ...this.hopTarget() };
      default:
        return this.dataOfPromise(name);
    }
  }

  private dataOfPromise(name: Extract<DraftedName, `order.${string}` | `reservation.${string}`>): Record<string, unknown> {
    const { chance } = this;
    const order = chance.oneOf(ORDERS);
    const reservation = chance.oneOf(RESERVATIONS);
    switch (name) {
      case 'order.placed':
        return {
          order,
          lines: this.demand(order, 1),
          ...this.perhaps(70, () => ({ policy: chance.oneOf(RESERVATION_POLICIES) })),
          ...this.perhaps(50, () => ({ promisedShipBy: this.promise() })),
        };
      case 'order.amended':
        return { order, ...this.perhaps(90, () => ({ lines: this.demand(order, 0) })), ...this.perhaps(30, () => ({ promisedShipBy: this.promise() })) };
      case 'order.cancelled':
        return { order, ...this.perhaps(50, () => ({ lines: [chance.between(1, 3)] })) };
      case 'order.held':
        return { order, reason: 'address' };
      case 'order.holdReleased':
        return { order };
      case 'reservation.requested': {
        const lines = Array.from({ length: chance.percent(70) ? 1 : 2 }, (_, index) => ({ line: index + 1, sku: this.sku(), quantity: chance.between(1, 5) }));
        return {
          reservation,
          lines: chance.percent(20) ? lines.toReversed() : lines,
          ...this.perhaps(40, () => ({ order })),
          ...this.perhaps(50, () => ({ policy: chance.oneOf(RESERVATION_POLICIES) })),
          ...this.perhaps(40, () => ({ expiresAt: this.promise() })),
        };
      }
      case 'reservation.released':
        return { reservation, ...this.perhaps(50, () => ({ line: chance.between(1, 2) })), ...this.perhaps(40, () => ({ quantity: chance.between(1, 3) })) };
      case 'reservation.extended':
        return { reservation, expiresAt: this.promise() };
    }
  }

  /** Lines of the order's plan, now and then with a new one; `min` is the smallest quantity. */
  private demand(order: string, min: number): Record<string, unknown>[] {
    const plan = this.plan(order).map((sku, index) => ({ line: index + 1, sku, quantity: this.chance.between(min, 5) }));
    const extra = min === 0 && this.chance.percent(15) ? [{ line: 8, sku: this.plan(order)[0] ?? SKUS[0], quantity: this.chance.between(0, 3) }] : [];
    const lines = [...plan.slice(0, this.chance.between(1, plan.length)), ...extra];
    return this.chance.percent(20) ? this.chance.shuffled(lines) : lines;
  }

  private goodsOfOrder(bucketPercent: number): Record<string, unknown> {
    const { chance } = this;
    const order = chance.oneOf(ORDERS);
    const plan = this.plan(order);
    const lines = Array.from({ length: chance.percent(80) ? 1 : 2 }, () => {
      const place = chance.below(plan.length);
      const sku = chance.percent(92) ? (plan[place] ?? SKUS[0]) : this.sku();
      return {
        ...this.perhaps(50, () => ({ line: chance.percent(92) ? place + 1 : chance.between(1, 4) })),
        sku,
        quantity: chance.between(1, 5),
        ...this.perhaps(bucketPercent, () => ({ bucket: chance.oneOf(BUCKETS) })),
        ...this.perhaps(10, () => ({ lot: chance.oneOf(LOTS) })),
      };
    });
    return { order, lines };
  }

  private lines<Line extends object>(rest: () => Line): (Line & { sku: string; lot?: string; bucket?: string })[] {
    const { chance } = this;
    return Array.from({ length: chance.percent(75) ? 1 : chance.between(2, 3) }, () => ({
      sku: this.sku(),
      ...this.perhaps(35, () => ({ lot: chance.oneOf(LOTS) })),
      ...this.perhaps(15, () => ({ bucket: chance.oneOf(BUCKETS) })),
      ...rest(),
    }));
  }

  /** Mostly what can be voided; also what cannot, what is unknown, and other voids. */
  private target(isMeant: (name: string) => boolean): Record<string, unknown> {
    const { chance } = this;
    const meant = this.drafts.filter(({ name }) => isMeant(name));
    const voidable = meant.filter(({ name }) => VOIDABLE_EVENT_NAMES.includes(name));
    const pool = chance.percent(85) ? voidable : meant;
    if (pool.length === 0 || chance.percent(5)) return { source: '/wms/a', id: 'unknown' };
    const { source, id, data } = chance.oneOf(pool);
    return { source, id, location: data['location'] };
  }

  private hopTarget(): Record<string, unknown> {
    const hops = this.drafts.filter(({ name }) => name === 'hop.stockIn');
    if (hops.length === 0) return { target: { source: HOP_SOURCE, id: '/wms/far|unknown|0' } };
    const { source, id, data } = this.chance.oneOf(hops);
    return { target: { source, id }, location: data['location'] };
  }

  private source(name: DraftedName): string {
    return name.startsWith('hop.') ? HOP_SOURCE : this.chance.percent(85) ? this.chance.oneOf(SOURCES.slice(0, 2)) : this.chance.oneOf(SOURCES);
  }
  private delta(): number {
    return this.chance.between(1, 5) * (this.chance.percent(50) ? 1 : -1);
  }
  private sku(): string {
    return this.chance.weighted({ apple: 6, pear: 3, plum: 1 });
  }
  private plan(order: string): readonly string[] {
    return this.plans.get(order) ?? SKUS;
  }
  private instant(): Instant {
    return FIRST_INSTANT + this.chance.below(INSTANTS) * MINUTE_MS;
  }
  private promise(): string {
    return showInstant(FIRST_INSTANT + this.chance.between(1, 3) * 24 * 60 * MINUTE_MS);
  }
  private perhaps<T extends object>(percent: number, make: () => T): T | Record<string, never> {
    return this.chance.percent(percent) ? make() : {};
  }
}

const isVoid = (name: string): boolean => name.endsWith('.voided');

/** A count names each key once. */
function eachKeyOnce<Line extends { readonly sku: string; readonly lot?: string; readonly bucket?: string }>(lines: readonly Line[]): Line[] {
  const byKey = new Map(lines.map((line) => [`${line.sku} ${line.bucket ?? 'sellable'} ${line.lot ?? ''}`, line]));
  return [...byKey.values()];
}

function neighbour(isWanted: (partition: number) => boolean): string {
  for (let number = 2; ; number++) if (isWanted(partitionOf(`DC-${number}`))) return `DC-${number}`;
}
