import type { Order, OrderLine } from '@quayside/contracts';

/** Lines looked for one by one before an index is made: most events are about one line, of orders that may have thousands. */
const SCANS_MAX = 4;

/** The lines of an order while an event is at them: found by number and by sku, put in their place at once, and put together once at the end. */
export class WorkingOrder {
  private readonly changed = new Map<number, OrderLine>();
  private scans = 0;
  private numbers: ReadonlyMap<number, OrderLine> | null = null;
  private skus: Map<string, number[]> | null = null;

  constructor(private order: Order) {}

  get header(): Order {
    return this.order;
  }

  find(number: number): OrderLine | undefined {
    return this.changed.get(number) ?? this.stored(number);
  }

  /** In the order of their numbers, new ones too. */
  ofSku(sku: string): OrderLine[] {
    if (this.skus !== null) return (this.skus.get(sku) ?? []).flatMap((number) => this.find(number) ?? []);
    if (this.scans++ >= SCANS_MAX) {
      this.skus = new Map();
      for (const { sku: each, line } of this.lines()) this.skus.set(each, [...(this.skus.get(each) ?? []), line]);
      return this.ofSku(sku);
    }
    return this.lines().filter((line) => line.sku === sku);
  }

  put(line: OrderLine): void {
    if (this.skus !== null && this.find(line.line) === undefined) this.skus.set(line.sku, [...(this.skus.get(line.sku) ?? []), line.line]);
    this.changed.set(line.line, line);
  }

  putHeader(header: Partial<Omit<Order, 'lines'>>): void {
    this.order = { ...this.order, ...header };
  }

  /** A number that no line has. */
  freeNumber(): number {
    return this.lines().reduce((most, { line }) => Math.max(most, line), 0) + 1;
  }

  /** The order as it is now. */
  finish(): Order {
    return this.changed.size === 0 ? this.order : { ...this.order, lines: this.lines() };
  }

  private lines(): readonly OrderLine[] {
    if (this.changed.size === 0) return this.order.lines;
    const added = new Map(this.changed);
    const kept = this.order.lines.map((line) => {
      const next = added.get(line.line);
      added.delete(line.line);
      return next ?? line;
    });
    return added.size === 0 ? kept : [...kept, ...added.values()].sort((a, b) => a.line - b.line);
  }

  private stored(number: number): OrderLine | undefined {
    if (this.numbers === null && this.scans++ < SCANS_MAX) return this.order.lines.find(({ line }) => line === number);
    this.numbers ??= new Map(this.order.lines.map((line) => [line.line, line]));
    return this.numbers.get(number);
  }
}
