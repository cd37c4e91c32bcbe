import { Fields } from '../wire/Fields.js';

/** An item and how many units of it moved. */
export interface Mover {
  readonly sku: string;
  readonly units: number;
}

export const MOVERS_DOCUMENT = `query Movers($from: DateTime!, $to: DateTime!) {
  analytics {
    outflow: topItems(window: { from: $from, to: $to }, by: OUTFLOW, first: 5) { item { sku } value }
    inflow: topItems(window: { from: $from, to: $to }, by: INFLOW, first: 5) { item { sku } value }
  }
}`;

const HOUR_MS = 3_600_000;

/** The last hour up to `nowMs`, as the document wants it. */
export const lastHour = (nowMs: number): { readonly from: string; readonly to: string } => ({
  from: new Date(nowMs - HOUR_MS).toISOString(),
  to: new Date(nowMs).toISOString(),
});

/** Reads the answer to MOVERS_DOCUMENT, most units first; throws WireFault. */
export function readMovers(data: Fields): { readonly outflow: readonly Mover[]; readonly inflow: readonly Mover[] } {
  const analytics = data.child('analytics');
  const read = (value: unknown, path: string): Mover => {
    const rank = Fields.of(value, path);
    return { sku: rank.child('item').text('sku'), units: rank.number('value') };
  };
  return { outflow: analytics.list('outflow', read), inflow: analytics.list('inflow', read) };
}
