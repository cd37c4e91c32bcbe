import { type EventIdentity, type QuarantineReason, type SupplyEvent, VOIDABLE_EVENT_NAMES } from '@quayside/contracts';
import type { HistoryRecord } from '../historyRecord.js';
import { identityKey } from './factOrder.js';

/** What becomes of a record before any rule of stock is asked (domain.md, "Verdicts" and `event.voided`). */
export type Admission =
  | { readonly kind: 'repeat' }
  | { readonly kind: 'setAside'; readonly reason: QuarantineReason }
  /** Its void came first: stored, without effect. */
  | { readonly kind: 'voidedBefore' }
  /** Nothing says what it is called; it has no effect. */
  | { readonly kind: 'withoutEffect' }
  | Applied;
export interface Applied {
  readonly kind: 'applied';
  /** With the time that it counts at. */
  readonly event: SupplyEvent;
  readonly isSkewed: boolean;
  /** Of a void: the event that is taken back by it, once. */
  readonly takesBack: EventIdentity | null;
  /** A void had come for it, and it is nothing that can be voided. */
  readonly refusesItsVoid: boolean;
}

const SKEW_MS = 2 * 60_000;
const DAY_MS = 24 * 3600_000;

interface Known {
  readonly hash: string;
  readonly isVoidable: boolean;
  readonly isSetAside: boolean;
}

/** Knows every identity that has come, and what voids wait. */
export class Admittance {
  private readonly known = new Map<string, Known>();
  private readonly waitingVoids = new Set<string>();
  private readonly takenBack = new Set<string>();

  admit({ envelope, event, at }: HistoryRecord): Admission {
    const key = identityKey(event);
    const before = this.known.get(key);
    if (before !== undefined) return before.hash === envelope.hash ? { kind: 'repeat' } : { kind: 'setAside', reason: 'ID_CONFLICT' };
    const ahead = event.occurredAt - at.appendedAt;
    const admission = ahead > DAY_MS ? ({ kind: 'setAside', reason: 'CLOCK_SKEW' } as const) : this.admitFresh(event, { key, isSkewed: ahead > SKEW_MS, at });
    this.known.set(key, {
      hash: envelope.hash,
      isVoidable: VOIDABLE_EVENT_NAMES.includes(event.name),
      isSetAside: admission.kind === 'setAside' || admission.kind === 'withoutEffect',
    });
    return admission;
  }

  private admitFresh(event: SupplyEvent, { key, isSkewed, at }: { key: string; isSkewed: boolean; at: HistoryRecord['at'] }): Admission {
    const isAwaitedByVoid = this.waitingVoids.has(key);
    if (isAwaitedByVoid && VOIDABLE_EVENT_NAMES.includes(event.name)) {
      this.takenBack.add(key);
      return { kind: 'voidedBefore' };
    }
    const counted = isSkewed ? { ...event, occurredAt: at.appendedAt } : event;
    const applied = { kind: 'applied', event: counted, isSkewed, takesBack: null, refusesItsVoid: isAwaitedByVoid } as const;
    if (event.name !== 'event.voided' && event.name !== 'hop.voided') return applied;
    const target = identityKey(event.target);
    const found = this.known.get(target);
    if (found === undefined) {
      this.waitingVoids.add(target);
      return applied;
    }
    if (found.isSetAside) return { kind: 'withoutEffect' };
    if (!found.isVoidable) return { kind: 'setAside', reason: 'VOID_NOT_ALLOWED' };
    if (this.takenBack.has(target)) return applied;
    this.takenBack.add(target);
    return { ...applied, takesBack: event.target };
  }
}
