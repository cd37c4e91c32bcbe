import { available, type Promised, type Quantity, type ReservationEntryKind, type ReservationPolicy } from '@quayside/contracts';
import type { Draft } from './draft.js';

/** A line that stock is promised to, and whose it is. */
export interface Claim {
  readonly location: string;
  readonly sku: string;
  readonly line: number;
  /** Exactly one of the two. */
  readonly orderNumber: string | null;
  readonly reference: string | null;
}

/** Asks for `quantity` more of each line, all decided together by the policy. Returns the lines as they stand then, in the same order. */
export function ask<Line extends Promised>(
  draft: Draft,
  asked: readonly { readonly claim: Claim; readonly line: Line; readonly quantity: Quantity }[],
  how: {
    readonly policy: ReservationPolicy;
    readonly isOrder: boolean;
    /** Something of it waits already: an order that is served whole waits on with all of it. */
    readonly hasWaiting?: boolean;
  },
): Line[] {
  const fits = how.policy !== 'ALL_OR_NOTHING' || (how.hasWaiting !== true && fitsWhole(draft, asked));
  return asked.map(({ claim, line, quantity }) => {
    if (quantity === 0) return line;
    const requested = { ...line, requested: line.requested + quantity };
    const granted = fits ? Math.min(quantity, Math.max(0, availableAt(draft, claim))) : 0;
    const rest = quantity - granted;
    const promised = granted === 0 ? requested : confirm(draft, claim, { line: requested, quantity: granted });
    if (rest === 0) return promised;
    // An order that is refused whole waits whole; a reservation is refused (decision 0006).
    const waits = how.policy === 'BACKORDER' || (how.policy === 'ALL_OR_NOTHING' && how.isOrder);
    if (!waits) return { ...promised, rejected: promised.rejected + rest };
    draft.stepLevel(claim.location, claim.sku, { backordered: rest });
    return { ...promised, backordered: promised.backordered + rest };
  });
}

/** Whether all lines fit together: a SKU may stand on several. */
export function fitsWhole(draft: Draft, asked: readonly { readonly claim: Claim; readonly quantity: Quantity }[]): boolean {
  const wanted = new Map<string, Quantity>();
  for (const { claim, quantity } of asked) wanted.set(claim.sku, (wanted.get(claim.sku) ?? 0) + quantity);
  const location = asked[0]?.claim.location ?? '';
  return [...wanted].every(([sku, quantity]) => quantity === 0 || quantity <= availableAt(draft, { location, sku }));
}

export const availableAt = (draft: Draft, { location, sku }: Pick<Claim, 'location' | 'sku'>): Quantity => available(draft.level(location, sku));

function confirm<Line extends Promised>(draft: Draft, claim: Claim, { line, quantity }: { line: Line; quantity: Quantity }): Line {
  const availableBefore = availableAt(draft, claim);
  // I4, looked at where it is written: a promise is never made of what is not there.
  if (availableBefore < quantity) throw new Error(`${quantity} of ${claim.sku} at ${claim.location} would be promised of ${availableBefore}`);
  draft.stepLevel(claim.location, claim.sku, { reserved: quantity });
  enter(draft, claim, { kind: 'CONFIRMED', delta: quantity, availableBefore });
  return { ...line, confirmed: line.confirmed + quantity, active: line.active + quantity };
}

/** Confirms what has waited. `quantity` is at most what waits and what is available. */
export function serve<Line extends Promised>(draft: Draft, claim: Claim, { line, quantity }: { line: Line; quantity: Quantity }): Line {
  const confirmed = confirm(draft, claim, { line, quantity });
  draft.stepLevel(claim.location, claim.sku, { backordered: -quantity });
  return { ...confirmed, backordered: confirmed.backordered - quantity };
}

/** Ends an active part of a promise. */
export function end<Line extends Promised>(
  draft: Draft,
  claim: Claim,
  { line, quantity, kind }: { line: Line; quantity: Quantity; kind: 'CONSUMED' | 'RELEASED' | 'EXPIRED' },
): Line {
  if (quantity === 0) return line;
  draft.stepLevel(claim.location, claim.sku, { reserved: -quantity });
  enter(draft, claim, { kind, delta: -quantity, availableBefore: null });
  const field = ENDS[kind];
  return { ...line, active: line.active - quantity, [field]: line[field] + quantity };
}
const ENDS = { CONSUMED: 'consumed', RELEASED: 'released', EXPIRED: 'expired' } as const;

/** Takes a part that waits out of the queue. */
export function withdraw<Line extends Promised>(draft: Draft, claim: Claim, { line, quantity }: { line: Line; quantity: Quantity }): Line {
  if (quantity === 0) return line;
  draft.stepLevel(claim.location, claim.sku, { backordered: -quantity });
  return { ...line, backordered: line.backordered - quantity, withdrawn: line.withdrawn + quantity };
}

/** Gives a consumed part back: its shipment did not happen. */
export function restore<Line extends Promised>(draft: Draft, claim: Claim, { line, quantity }: { line: Line; quantity: Quantity }): Line {
  if (quantity === 0) return line;
  draft.stepLevel(claim.location, claim.sku, { reserved: quantity });
  enter(draft, claim, { kind: 'RESTORED', delta: quantity, availableBefore: null });
  return { ...line, consumed: line.consumed - quantity, active: line.active + quantity };
}

function enter(draft: Draft, claim: Claim, entry: { kind: ReservationEntryKind; delta: Quantity; availableBefore: Quantity | null }): void {
  draft.entries.push({ ...claim, ...entry });
}
