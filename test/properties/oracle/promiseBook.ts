import type { Quantity, ReservationEntryKind } from '@quayside/contracts';
import { byLine, type DemandLine, type Holder, type JournalEntry } from './demand.js';

export interface Wanted {
  readonly line: DemandLine;
  readonly quantity: Quantity;
}

/** What is sellable now, after the facts known so far. */
type Sellable = (location: string, sku: string) => Quantity;

/**
 * Every promise and everyone who waits, in plain lists: availability is summed up anew for each question. The steps here are
 * the only ones that change `active`, and each is told to the journal.
 */
export class PromiseBook {
  readonly holders: Holder[] = [];
  /** Of the record that is being learnt. */
  journal: JournalEntry[] = [];

  constructor(private readonly sellable: Sellable) {}

  reserved(location: string, sku: string): Quantity {
    return this.sum(location, sku, (line) => line.active);
  }
  backordered(location: string, sku: string): Quantity {
    return this.sum(location, sku, (line) => line.backordered);
  }
  available(location: string, sku: string): Quantity {
    return this.sellable(location, sku) - this.reserved(location, sku);
  }

  /** Decides a question once, by the holder's policy. Of an order that wants all or nothing, what waits already is part of the question. */
  ask(holder: Holder, wanted: readonly Wanted[]): void {
    for (const { line, quantity } of wanted) line.requested += quantity;
    if (holder.policy !== 'ALL_OR_NOTHING') return this.askInParts(holder, wanted);
    if (holder.kind === 'order') {
      for (const { line, quantity } of wanted) line.backordered += quantity;
      return this.serveWhole(holder);
    }
    const fits = this.fitsWhole(holder, wanted);
    for (const { line, quantity } of wanted) {
      if (fits) this.confirm(holder, line, quantity);
      else line.rejected += quantity;
    }
  }

  /** Nothing waits that could be had: by promise, nulls last, then by place in the log, then by line. */
  serve(location: string): void {
    const waiting = this.holders.filter((holder) => holder.location === location && holder.lines.some((line) => line.backordered > 0));
    const promise = ({ promisedShipBy }: Holder): number => promisedShipBy ?? Number.MAX_SAFE_INTEGER;
    for (const holder of waiting.sort((a, b) => promise(a) - promise(b) || a.place - b.place)) {
      if (holder.policy === 'ALL_OR_NOTHING') this.serveWhole(holder);
      else for (const line of [...holder.lines].sort(byLine)) this.serveLine(holder, line, this.fitting(holder, line, line.backordered));
    }
  }

  confirm(holder: Holder, line: DemandLine, quantity: Quantity): void {
    line.confirmed += quantity;
    this.change(holder, line, { kind: 'CONFIRMED', delta: quantity });
  }
  consume(holder: Holder, line: DemandLine, quantity: Quantity): void {
    line.consumed += quantity;
    this.change(holder, line, { kind: 'CONSUMED', delta: -quantity });
  }
  restore(holder: Holder, line: DemandLine, quantity: Quantity): void {
    line.consumed -= quantity;
    this.change(holder, line, { kind: 'RESTORED', delta: quantity });
  }
  release(holder: Holder, line: DemandLine, quantity: Quantity): void {
    line.released += quantity;
    this.change(holder, line, { kind: 'RELEASED', delta: -quantity });
  }
  expire(holder: Holder, line: DemandLine, quantity: Quantity): void {
    line.expired += quantity;
    this.change(holder, line, { kind: 'EXPIRED', delta: -quantity });
  }
  withdraw(line: DemandLine, quantity: Quantity): void {
    line.backordered -= quantity;
    line.withdrawn += quantity;
  }

  private askInParts(holder: Holder, wanted: readonly Wanted[]): void {
    for (const { line, quantity } of wanted) {
      const fitting = this.fitting(holder, line, quantity);
      this.confirm(holder, line, fitting);
      if (holder.policy === 'BACKORDER') line.backordered += quantity - fitting;
      else line.rejected += quantity - fitting;
    }
  }

  private serveWhole(holder: Holder): void {
    const waiting = holder.lines.filter((line) => line.backordered > 0).map((line) => ({ line, quantity: line.backordered }));
    if (!this.fitsWhole(holder, waiting)) return;
    for (const { line, quantity } of waiting) this.serveLine(holder, line, quantity);
  }

  private serveLine(holder: Holder, line: DemandLine, quantity: Quantity): void {
    line.backordered -= quantity;
    this.confirm(holder, line, quantity);
  }

  private fitsWhole(holder: Holder, wanted: readonly Wanted[]): boolean {
    return wanted.every(({ line: { sku } }) => {
      const needed = wanted.filter(({ line }) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
      return needed <= this.available(holder.location, sku);
    });
  }

  private fitting(holder: Holder, line: DemandLine, quantity: Quantity): Quantity {
    return Math.max(0, Math.min(quantity, this.available(holder.location, line.sku)));
  }

  private change(holder: Holder, line: DemandLine, { kind, delta }: { readonly kind: ReservationEntryKind; readonly delta: Quantity }): void {
    if (delta === 0) return;
    line.active += delta;
    this.journal.push({ holder, line, kind, delta });
  }

  private sum(location: string, sku: string, pick: (line: DemandLine) => Quantity): Quantity {
    const lines = this.holders.filter((holder) => holder.location === location).flatMap((holder) => holder.lines.filter((line) => line.sku === sku));
    return lines.reduce((sum, line) => sum + pick(line), 0);
  }
}
