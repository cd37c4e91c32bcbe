const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A quantity for people: thousands apart, and a true minus sign, which is as wide as a digit. */
export const quantityText = (quantity: number): string => whole.format(quantity).replace('-', '−');

/** A change for people, with its sign. */
export const deltaText = (delta: number): string => (delta > 0 ? `+${quantityText(delta)}` : quantityText(delta));

export type TypedQuantity =
  { readonly kind: 'quantity'; readonly quantity: number } | { readonly kind: 'none' } | { readonly kind: 'fault'; readonly message: string };

/** Reads what a person typed as a quantity; nothing typed means that there shall be none. Spaces and commas between digits are let pass. */
export function readTypedQuantity(typed: string): TypedQuantity {
  const text = typed.replace(/[\s,\u202f]/g, '').replace('−', '-');
  if (text === '') return { kind: 'none' };
  if (!/^-?\d+$/.test(text)) return { kind: 'fault', message: 'A whole number of base units, for example 40' };
  const quantity = Number(text);
  return Number.isSafeInteger(quantity) ? { kind: 'quantity', quantity } : { kind: 'fault', message: 'That is more than can be counted exactly' };
}
