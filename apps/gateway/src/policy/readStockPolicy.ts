import { LINE_QUANTITY_MAX, type Quantity } from '@quayside/contracts';
import { CODE_CHARACTERS_MAX, pickCode, pickSku, type Given } from '../reads/inputs.js';
import { sees, type Visible } from '../visible.js';

/** What to set; an absent value stays, null takes it away. */
export interface StockPolicy {
  readonly location: string;
  readonly sku: string;
  readonly reorderPoint?: Quantity | null;
  readonly safetyStock?: Quantity | null;
}
/** The SDL's InputError. */
export interface UserError {
  readonly __typename: 'InputError';
  readonly code: 'BLANK' | 'INVALID' | 'TOO_LONG' | 'NOT_FOUND';
  readonly field: readonly string[] | null;
  readonly message: string;
}
export type ReadStockPolicy =
  { readonly kind: 'policy'; readonly policy: StockPolicy } | { readonly kind: 'refused'; readonly userErrors: readonly UserError[] };

const VALUES = ['reorderPoint', 'safetyStock'] as const;

/** Checks a SetStockPolicyInput; tells every fault at once. A location that the viewer may not see is answered like one that does not exist. */
export function readStockPolicy(given: Given, visible: Visible): ReadStockPolicy {
  const sku = pickSku(given['item']);
  const location = pickCode(given['location']);
  const userErrors = [...codeFaults('item', sku), ...codeFaults('location', location), ...valueFaults(given)];
  if (location !== null && location !== '' && !sees(visible, location)) userErrors.push(fault('NOT_FOUND', ['location'], 'You have no such location'));
  if (userErrors.length > 0 || sku === null || location === null) return { kind: 'refused', userErrors };
  return { kind: 'policy', policy: { location, sku, ...valuesOf(given) } };
}

function codeFaults(name: 'item' | 'location', code: string | null): UserError[] {
  if (code === null) return [fault('NOT_FOUND', [name], `The id is none of a ${name}`)];
  if (code.trim() === '') return [fault('BLANK', [name], `The ${name} has no code`)];
  if (code.length > CODE_CHARACTERS_MAX) return [fault('TOO_LONG', [name], `A code has at most ${CODE_CHARACTERS_MAX} characters`)];
  // The same as ingest refuses: they break Postgres texts, or come back as another character.
  return /\p{Cc}/u.test(code) || /\p{Surrogate}/u.test(code) ? [fault('INVALID', [name], 'The code holds a control character or half of one')] : [];
}

function valueFaults(given: Given): UserError[] {
  const asked = VALUES.filter((name) => given[name] !== undefined);
  if (asked.length === 0) return [fault('BLANK', [], 'Nothing to set: give reorderPoint, safetyStock or both')];
  return asked.flatMap((name) => {
    const value = given[name];
    const fits = value === null || (typeof value === 'number' && value >= 0 && value <= LINE_QUANTITY_MAX);
    return fits ? [] : [fault('INVALID', [name], `From 0 to ${LINE_QUANTITY_MAX}`)];
  });
}

function valuesOf(given: Given): Pick<StockPolicy, (typeof VALUES)[number]> {
  const { reorderPoint, safetyStock } = given;
  return {
    ...((typeof reorderPoint === 'number' || reorderPoint === null) && { reorderPoint }),
    ...((typeof safetyStock === 'number' || safetyStock === null) && { safetyStock }),
  };
}

const fault = (code: UserError['code'], path: readonly string[], message: string): UserError => ({
  __typename: 'InputError',
  code,
  field: ['input', ...path],
  message,
});
