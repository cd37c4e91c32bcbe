import type { Change } from './change.js';
import type { EventEnvelope } from './eventRecord.js';

/** What one applied event did: the outbox, and the answer to "what did this event do". Stored with the event; changes are numbered by their place. */
export interface Outcome {
  readonly changes: readonly Change[];
  /** Records to append to `supply.events`, each at the partition that owns its location. */
  readonly hops: readonly Hop[];
}
/** An effect at a location that another partition owns; taken once, by its id. */
export interface Hop {
  readonly location: string;
  readonly envelope: EventEnvelope;
}
/** Source of hops; ingest refuses sources that begin like it. */
export const HOP_SOURCE = 'quayside:hop';
/** Source of records that the gateway writes for a person. */
export const COMMAND_SOURCE = 'quayside:gateway';
/** Source of times that have come. */
export const CLOCK_SOURCE = 'quayside:clock';

/** A fact that should not have been possible, kept beside its effect (domain.md, "Verdicts"). */
export const EXCEPTION_KINDS = [
  'NEGATIVE_ON_HAND',
  'OVERSOLD',
  'CLOCK_SKEW',
  /** Shipped for an order beyond what was reserved for it. */
  'UNRESERVED_SHIPMENT',
  /** Shipped for an order beyond what it asked for. */
  'OVERSHIPPED',
  'SHIPPED_AFTER_CANCEL',
  /** More came back for an order than was shipped for it. */
  'RETURN_BEYOND_SHIPPED',
  /** A void that came before its target, which is nothing that can be voided. */
  'VOID_NOT_ALLOWED',
  /** Placed or requested again under another event id: the first one stands. */
  'ALREADY_EXISTS',
  /** It names an order's line that does not exist. */
  'UNKNOWN_LINE',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

/** Why a record was set aside whole, without effect (domain.md, "Verdicts"). */
export const QUARANTINE_REASONS = ['UNREADABLE', 'ID_CONFLICT', 'OVERFLOW', 'CLOCK_SKEW', 'WRONG_PARTITION', 'POISON', 'VOID_NOT_ALLOWED'] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];
