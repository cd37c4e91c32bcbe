/** Whole number of an item's base units (piece, gram, millilitre); always a safe integer, may be negative. */
export type Quantity = number;

/** Most that one line may carry (domain.md, "Words"). */
export const LINE_QUANTITY_MAX = 1_000_000_000;
