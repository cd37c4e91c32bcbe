/**
 * What a ledger row is. Both ends of a move are MOVED. COUNT_VARIANCE is the row of a count itself, VARIANCE_REVISION what a
 * later learnt fact does to it (domain.md, "Counts, late facts and voids"), VOID takes a row back at its own place.
 */
export const MOVEMENT_KINDS = [
  'RECEIVED',
  'SHIPPED',
  'MOVED',
  'ADJUSTED',
  'RETURNED',
  'DISPOSITION_CHANGED',
  'COUNT_VARIANCE',
  'VARIANCE_REVISION',
  'VOID',
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];
