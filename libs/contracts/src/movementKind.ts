/** What a ledger row is, by the event that made it; both ends of a move are MOVED. */
export const MOVEMENT_KINDS = ['RECEIVED', 'SHIPPED', 'MOVED', 'ADJUSTED', 'RETURNED'] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];
