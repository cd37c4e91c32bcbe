import { type Bucket, BUCKETS, type CountLine, type EventIdentity, levelKey, type Quantity, type SupplyEvent } from '@quayside/contracts';
import { compareFacts, type FactPosition, identityKey, positionOf } from './factOrder.js';

/** A ledger key: (location, sku, bucket, lot or none). */
interface StockKey {
  readonly location: string;
  readonly sku: string;
  readonly bucket: Bucket;
  readonly lot: string | null;
}
export const stockKeyText = ({ location, sku, bucket, lot }: StockKey): string => `${location} ${sku} ${bucket} ${lot ?? '-'}`;

/** What one fact says of one key: so much more or less, or so much was there. */
type Saying = { readonly key: StockKey } & ({ readonly kind: 'delta'; readonly delta: Quantity } | { readonly kind: 'counted'; readonly counted: Quantity });

export interface Fact {
  readonly position: FactPosition;
  readonly sayings: readonly Saying[];
}

/**
 * Physical stock by brute force: the set of facts that are known and not taken back, sorted by the order of facts, each count
 * setting its keys. Everything is summed up anew after each fact, so the order of arrival cannot matter.
 */
export class PhysicalStock {
  private readonly facts = new Map<string, Fact>();
  /** Each key of which anything has ever been recorded: what a complete count can find to be empty. */
  private readonly keys = new Map<string, StockKey>();
  /** Totals since the last fact. */
  private summed: ReadonlyMap<string, Quantity> | null = null;

  learn(event: SupplyEvent): void {
    const sayings = sayingsOf(event);
    const all = event.name === 'stock.counted' && event.complete === true ? [...sayings, ...this.unnamedZeros(event.location, sayings)] : sayings;
    if (all.length === 0) return;
    this.facts.set(identityKey(event), { position: positionOf(event), sayings: all });
    for (const { key } of all) this.keys.set(stockKeyText(key), key);
    this.summed = null;
  }

  /** What an event that was learnt says, with the zeros of a complete count. */
  factOf(event: EventIdentity): Fact | undefined {
    return this.facts.get(identityKey(event));
  }

  takeBack(target: EventIdentity): void {
    this.facts.delete(identityKey(target));
    this.summed = null;
  }

  /** What is known and not taken back, in the order of facts. */
  inOrder(): Fact[] {
    return [...this.facts.values()].sort((a, b) => compareFacts(a.position, b.position));
  }

  /** By stockKeyText, after the last fact. */
  totals(): ReadonlyMap<string, Quantity> {
    if (this.summed !== null) return this.summed;
    const totals = new Map<string, Quantity>();
    for (const { sayings } of this.inOrder()) for (const saying of sayings) totals.set(stockKeyText(saying.key), afterSaying(saying, totals));
    this.summed = totals;
    return totals;
  }

  /** Of every (location, sku) of which anything has been recorded. */
  levelKeys(): string[] {
    return [...new Set([...this.keys.values()].map(({ location, sku }) => levelKey(location, sku)))];
  }

  bucket(location: string, sku: string, bucket: Bucket): Quantity {
    const totals = this.totals();
    let sum = 0;
    for (const [text, key] of this.keys) if (key.location === location && key.sku === sku && key.bucket === bucket) sum += totals.get(text) ?? 0;
    return sum;
  }

  onHand(location: string, sku: string): Quantity {
    return BUCKETS.reduce((sum, bucket) => sum + this.bucket(location, sku, bucket), 0);
  }

  private unnamedZeros(location: string, named: readonly Saying[]): Saying[] {
    const isNamed = new Set(named.map(({ key }) => stockKeyText(key)));
    const pairs = new Set(named.map(({ key }) => `${key.sku} ${key.bucket}`));
    return [...this.keys.values()]
      .filter((key) => key.location === location && pairs.has(`${key.sku} ${key.bucket}`) && !isNamed.has(stockKeyText(key)))
      .map((key) => ({ key, kind: 'counted', counted: 0 }));
  }
}

/** What is there right after it. */
export function afterSaying(saying: Saying, before: ReadonlyMap<string, Quantity>): Quantity {
  return saying.kind === 'counted' ? saying.counted : (before.get(stockKeyText(saying.key)) ?? 0) + saying.delta;
}

/** What a fact says by itself; nothing for what is no physical fact. A command has to have been granted. */
export function sayingsOf(event: SupplyEvent): Saying[] {
  switch (event.name) {
    case 'stock.received':
      return moving(event, 1, event.condition ?? 'sellable');
    case 'stock.returned':
      return moving(event, 1, event.condition ?? 'inspection');
    case 'hop.stockIn':
      return moving(event, 1, 'sellable');
    case 'stock.shipped':
    case 'stock.moved':
      return moving(event, -1, 'sellable');
    case 'stock.adjusted':
    case 'adjustment.requested':
      return event.lines.map((line) => ({ key: keyOf(event.location, line, 'sellable'), kind: 'delta', delta: line.delta }));
    case 'stock.counted':
      return event.lines.map((line: CountLine) => ({ key: keyOf(event.location, line, 'sellable'), kind: 'counted', counted: line.counted }));
    case 'stock.dispositionChanged':
      return event.lines.flatMap((line): Saying[] => [
        { key: keyOf(event.location, { ...line, bucket: event.from }, 'sellable'), kind: 'delta', delta: -line.quantity },
        { key: keyOf(event.location, { ...line, bucket: event.to }, 'sellable'), kind: 'delta', delta: line.quantity },
      ]);
    case 'order.placed':
    case 'order.amended':
    case 'order.cancelled':
    case 'order.held':
    case 'order.holdReleased':
    case 'reservation.requested':
    case 'reservation.released':
    case 'reservation.extended':
    case 'reservation.expired':
    case 'event.voided':
    case 'hop.voided':
    case 'policy.set':
    case 'quarantine.released':
    case 'quarantine.dismissed':
      return [];
  }
}

interface NamedKey {
  readonly sku: string;
  readonly lot?: string | undefined;
  readonly bucket?: Bucket | undefined;
}

const keyOf = (location: string, { sku, lot, bucket }: NamedKey, usual: Bucket): StockKey => ({ location, sku, bucket: bucket ?? usual, lot: lot ?? null });

function moving(
  event: { readonly location: string; readonly lines: readonly (NamedKey & { readonly quantity: Quantity })[] },
  sign: 1 | -1,
  usual: Bucket,
): Saying[] {
  return event.lines.map((line) => ({ key: keyOf(event.location, line, usual), kind: 'delta', delta: sign * line.quantity }));
}
