import { Fields } from '../wire/Fields.js';

/** One line of an order or reservation that holds stock of a level or waits for it. */
export interface Holding {
  readonly id: string;
  readonly reference: string;
  readonly line: number;
  readonly status: string;
  readonly active: number;
  readonly backordered: number;
  /** Null where it is for no placed order. */
  readonly order: { readonly number: string; readonly source: string } | null;
}

/** One movement of a level. */
export interface Movement {
  readonly id: string;
  readonly kind: string;
  readonly bucket: string;
  readonly delta: number;
  readonly onHandAfter: number;
  readonly reason: string | null;
  readonly document: string | null;
  readonly occurredAtMs: number;
  readonly late: boolean;
}

/** What a level is made of, and who holds it. Quantities in whole base units. */
export interface LevelDetail {
  readonly locationId: string;
  readonly inspection: number;
  readonly hold: number;
  readonly damaged: number;
  readonly backordered: number;
  readonly safetyStock: number | null;
  readonly holdings: readonly Holding[];
  readonly hasMoreHoldings: boolean;
}

export const LEVEL_DETAIL_DOCUMENT = `query LevelDetail($sku: String!, $code: String!) {
  stockLevel(item: { sku: $sku }, location: { code: $code }) {
    location { id } inspection hold damaged backordered safetyStock
    reservations(first: 50) {
      nodes { id reference line status active backordered order { number source } }
      pageInfo { hasNextPage }
    }
  }
}`;

export const LEVEL_MOVEMENTS_DOCUMENT = `query LevelMovements($sku: String!, $locationId: ID!) {
  ledger(filter: { skus: [$sku], locationIds: [$locationId] }, first: 10) {
    nodes { id kind bucket delta onHandAfter reason document occurredAt late }
  }
}`;

/** Reads the answer to LEVEL_DETAIL_DOCUMENT; null where the level is there no more. Of the promises those that still hold or wait. Throws WireFault. */
export function readLevelDetail(data: Fields): LevelDetail | null {
  const level = data.childOrNull('stockLevel');
  if (level === null) return null;
  const reservations = level.child('reservations');
  return {
    locationId: level.child('location').text('id'),
    inspection: level.whole('inspection'),
    hold: level.whole('hold'),
    damaged: level.whole('damaged'),
    backordered: level.whole('backordered'),
    safetyStock: level.wholeOrNull('safetyStock'),
    holdings: reservations.list('nodes', readHolding).filter(({ active, backordered }) => active > 0 || backordered > 0),
    hasMoreHoldings: reservations.child('pageInfo').flag('hasNextPage'),
  };
}

function readHolding(value: unknown, path: string): Holding {
  const holding = Fields.of(value, path);
  const order = holding.childOrNull('order');
  return {
    id: holding.text('id'),
    reference: holding.text('reference'),
    line: holding.whole('line'),
    status: holding.text('status'),
    active: holding.whole('active'),
    backordered: holding.whole('backordered'),
    order: order === null ? null : { number: order.text('number'), source: order.text('source') },
  };
}

/** Reads the answer to LEVEL_MOVEMENTS_DOCUMENT, newest recorded first; throws WireFault. */
export function readMovements(data: Fields): Movement[] {
  return data.child('ledger').list('nodes', (value, path) => {
    const entry = Fields.of(value, path);
    return {
      id: entry.text('id'),
      kind: entry.text('kind'),
      bucket: entry.text('bucket'),
      delta: entry.whole('delta'),
      onHandAfter: entry.whole('onHandAfter'),
      reason: entry.textOrNull('reason'),
      document: entry.textOrNull('document'),
      occurredAtMs: entry.instantMs('occurredAt'),
      late: entry.flag('late'),
    };
  });
}
