import { available, levelKey, onHand, openQuantity, type Promised, type Quantity } from '@quayside/contracts';
import { differs, type Discrepancy, firstOf } from './discrepancy.js';
import type { Entry, Subject } from './subject.js';

/** I1, I2, I3 and I6 of domain.md, and Σ entries = reserved, from the subject's own numbers alone. */
export function brokenIdentity(subject: Subject): Discrepancy | null {
  return firstOf([() => levelsAreSums(subject), () => promisesAddUp(subject), () => ordersAddUp(subject), () => entriesAreReserved(subject)]);
}

function levelsAreSums({ rows, levels }: Subject): Discrepancy | null {
  const sums = new Map<string, Quantity>();
  for (const { location, sku, bucket, delta } of rows)
    sums.set(`${levelKey(location, sku)}\t${bucket}`, (sums.get(`${levelKey(location, sku)}\t${bucket}`) ?? 0) + delta);
  const homeless = [...sums.keys()].find((key) => !levels.has(key.slice(0, key.lastIndexOf('\t'))));
  if (homeless !== undefined) return { check: 'I1', detail: `rows of ${homeless} have no level` };
  for (const [key, level] of levels) {
    const { sellable, inspection, hold, damaged } = level;
    const summed = { sellable: 0, inspection: 0, hold: 0, damaged: 0 };
    for (const bucket of ['sellable', 'inspection', 'hold', 'damaged'] as const) summed[bucket] = sums.get(`${key}\t${bucket}`) ?? 0;
    const found =
      differs('I1', { what: `buckets of ${key}`, subject: { sellable, inspection, hold, damaged } }, summed) ??
      differs('I1', { what: `onHand of ${key}`, subject: onHand(level) }, summed.sellable + summed.inspection + summed.hold + summed.damaged) ??
      differs('I3', { what: `available of ${key}`, subject: available(level) }, summed.sellable - level.reserved);
    if (found !== null) return found;
  }
  return null;
}

function promisesAddUp({ levels, orders, reservations }: Subject): Discrepancy | null {
  const reserved = new Map<string, Quantity>();
  for (const { location, lines } of [...orders.values(), ...reservations.values()]) {
    for (const line of lines) {
      reserved.set(levelKey(location, line.sku), (reserved.get(levelKey(location, line.sku)) ?? 0) + line.active);
      const broken = brokenPromise(line);
      if (broken !== null) return { check: 'I2', detail: `${broken}: ${JSON.stringify(line)}` };
    }
  }
  for (const key of new Set([...reserved.keys(), ...levels.keys()])) {
    const found = differs('I2', { what: `reserved of ${key}`, subject: levels.get(key)?.reserved ?? 0 }, reserved.get(key) ?? 0);
    if (found !== null) return found;
  }
  return null;
}

function brokenPromise(line: Promised): string | null {
  const { requested, confirmed, backordered, rejected, withdrawn, active, consumed, released, expired } = line;
  if (requested !== confirmed + backordered + rejected + withdrawn) return 'requested ≠ confirmed + backordered + rejected + withdrawn';
  if (confirmed !== active + consumed + released + expired) return 'confirmed ≠ active + consumed + released + expired';
  return [requested, confirmed, backordered, rejected, withdrawn, active, consumed, released, expired].some((each) => each < 0) ? 'a negative number' : null;
}

function ordersAddUp({ orders }: Subject): Discrepancy | null {
  for (const { number, lines } of orders.values()) {
    for (const line of lines) {
      const { ordered, overshipped, cancelled, rejected, backordered, active, shipped, returned } = line;
      const sum = cancelled + rejected + backordered + active + shipped + openQuantity(line);
      if (
        ordered + overshipped !== sum ||
        openQuantity(line) < 0 ||
        [ordered, overshipped, cancelled, shipped, returned].some((each) => each < 0) ||
        overshipped > shipped
      ) {
        return { check: 'I6', detail: `order ${number}: ${JSON.stringify(line)}` };
      }
    }
  }
  return null;
}

function entriesAreReserved({ entries, levels }: Subject): Discrepancy | null {
  const sums = new Map<string, Quantity>();
  for (const { location, sku, delta } of entries) sums.set(levelKey(location, sku), (sums.get(levelKey(location, sku)) ?? 0) + delta);
  for (const key of new Set([...sums.keys(), ...levels.keys()])) {
    const found = differs('Σ entries', { what: `reserved of ${key}`, subject: levels.get(key)?.reserved ?? 0 }, sums.get(key) ?? 0);
    if (found !== null) return found;
  }
  return null;
}

/**
 * I4: a confirmed promise fits into what was available, and that really was available: what is sellable after the record's
 * facts, less what was reserved before it, less its own entries so far.
 */
export function brokenConfirmation(
  entries: readonly Entry[],
  before: { readonly sellable: (location: string, sku: string) => Quantity; readonly reserved: (location: string, sku: string) => Quantity },
): Discrepancy | null {
  const changed = new Map<string, Quantity>();
  for (const entry of [...entries].sort((a, b) => a.index - b.index)) {
    const { location, sku, kind, delta, availableBefore } = entry;
    const key = levelKey(location, sku);
    const wasAvailable = before.sellable(location, sku) - before.reserved(location, sku) - (changed.get(key) ?? 0);
    changed.set(key, (changed.get(key) ?? 0) + delta);
    const isRaise = kind === 'CONFIRMED' || kind === 'RESTORED';
    if (isRaise !== delta > 0) return { check: 'entries', detail: `an entry of the wrong sign: ${JSON.stringify(entry)}` };
    if (kind !== 'CONFIRMED') continue;
    if (availableBefore === null || availableBefore < delta) return { check: 'I4', detail: `confirmed more than was available: ${JSON.stringify(entry)}` };
    if (availableBefore !== wasAvailable) return { check: 'I4', detail: `availableBefore: expected ${wasAvailable}, got ${JSON.stringify(entry)}` };
  }
  return null;
}
