import type { Change } from './change.js';

/** What one applied event did: the outbox, and the answer to "what did this event do". Stored with the event; changes are numbered by their place. */
export interface Outcome { readonly changes: readonly Change[] }

/** A fact that should not have been possible, kept beside its effect (domain.md, "Verdicts"). */
export const EXCEPTION_KINDS = ['NEGATIVE_ON_HAND', 'CLOCK_SKEW'] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

/** Why a record was set aside whole, without effect (domain.md, "Verdicts"). */
export const QUARANTINE_REASONS = ['UNREADABLE', 'ID_CONFLICT', 'OVERFLOW', 'CLOCK_SKEW', 'WRONG_PARTITION'] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];
