import { BATCH_KINDS } from '../live/LiveCollection.js';
import { Fields } from '../wire/Fields.js';

/** An item's stock over time: parallel arrays, one value a bucket; `atMs` is where each begins. */
export interface StockSeries {
  readonly bucket: string;
  readonly atMs: readonly number[];
  readonly onHandMin: readonly number[];
  readonly onHandMax: readonly number[];
  readonly onHandLast: readonly number[];
  readonly availableLast: readonly number[];
  readonly inflow: readonly number[];
  readonly outflow: readonly number[];
}

/** Now, and where the item stands. */
export interface ItemNow {
  readonly onHand: number;
  readonly available: number;
  readonly reserved: number;
  readonly levels: readonly {
    readonly id: string;
    readonly location: string;
    readonly locationId: string;
    readonly onHand: number;
    readonly available: number;
  }[];
}

export const ITEM_DOCUMENT = `query Item($sku: String!) {
  item(ref: { sku: $sku }) {
    total { onHand available reserved }
    levels(first: 250) { nodes { id location { id code } onHand available } }
  }
}`;

export const ITEM_SERIES_DOCUMENT = `query ItemSeries($sku: String!, $window: TimeWindowInput!, $locationId: ID) {
  item(ref: { sku: $sku }) {
    stockSeries(window: $window, locationId: $locationId) {
      window { bucket } at onHandMin onHandMax onHandLast availableLast inflow outflow
    }
  }
}`;

/** Reads the answer to ITEM_DOCUMENT; null where nothing that may be seen ever held it. Throws WireFault. */
export function readItemNow(data: Fields): ItemNow | null {
  const item = data.childOrNull('item');
  if (item === null) return null;
  const total = item.child('total');
  return {
    onHand: total.whole('onHand'),
    available: total.whole('available'),
    reserved: total.whole('reserved'),
    levels: item.child('levels').list('nodes', (value, path) => {
      const level = Fields.of(value, path);
      const location = level.child('location');
      return {
        id: level.text('id'),
        location: location.text('code'),
        locationId: location.text('id'),
        onHand: level.whole('onHand'),
        available: level.whole('available'),
      };
    }),
  };
}

/** Reads the answer to ITEM_SERIES_DOCUMENT; null where there is no such item. Throws WireFault. */
export function readSeries(data: Fields): StockSeries | null {
  const series = data.childOrNull('item')?.child('stockSeries');
  if (series === undefined) return null;
  const numbers = (name: string): number[] => series.list(name, (value, path) => Fields.of({ value }, path).whole('value'));
  return {
    bucket: series.child('window').text('bucket'),
    atMs: series.texts('at').map((at) => Date.parse(at)),
    onHandMin: numbers('onHandMin'),
    onHandMax: numbers('onHandMax'),
    onHandLast: numbers('onHandLast'),
    availableLast: numbers('availableLast'),
    inflow: numbers('inflow'),
    outflow: numbers('outflow'),
  };
}

/** One movement of the item. */
export interface LedgerRow {
  readonly id: string;
  readonly location: string;
  readonly kind: string;
  readonly bucket: string;
  readonly delta: number;
  readonly onHandAfter: number;
  readonly reason: string | null;
  readonly document: string | null;
  readonly order: { readonly number: string; readonly source: string } | null;
  readonly occurredAtMs: number;
  readonly recordedAtMs: number;
  readonly late: boolean;
  readonly event: string;
}

const ROW_FIELDS = 'id location { code } kind bucket delta onHandAfter reason document order { number source } occurredAt recordedAt late event { eventId }';

export const ITEM_LEDGER_DOCUMENT = `query ItemLedger($sku: String!, $filter: LedgerFilter, $after: String) {
  item(ref: { sku: $sku }) {
    ledger(filter: $filter, first: 50, after: $after) { nodes { ${ROW_FIELDS} } pageInfo { hasNextPage endCursor } streamCursor }
  }
}`;

export const LEDGER_STREAM_DOCUMENT = `subscription ItemMovements($filter: LedgerFilter, $after: Cursor) {
  ledgerEntries(filter: $filter, after: $after) { kind cursor entries { ${ROW_FIELDS} } }
}`;

export interface LedgerPage {
  readonly rows: readonly LedgerRow[];
  /** Null on the last page. */
  readonly next: string | null;
  readonly streamCursor: string;
}

/** Reads the answer to ITEM_LEDGER_DOCUMENT; null where there is no such item. Throws WireFault. */
export function readLedgerPage(data: Fields): LedgerPage | null {
  const ledger = data.childOrNull('item')?.child('ledger');
  if (ledger === undefined) return null;
  const page = ledger.child('pageInfo');
  return {
    rows: ledger.list('nodes', (value, path) => readRow(Fields.of(value, path))),
    next: page.flag('hasNextPage') ? page.textOrNull('endCursor') : null,
    streamCursor: ledger.text('streamCursor'),
  };
}

/** Reads a message of LEDGER_STREAM_DOCUMENT; throws WireFault. */
export function readLedgerBatch(data: unknown): { readonly kind: (typeof BATCH_KINDS)[number]; readonly cursor: string; readonly rows: readonly LedgerRow[] } {
  const batch = Fields.of(data, 'data').child('ledgerEntries');
  return {
    kind: batch.oneOf('kind', BATCH_KINDS),
    cursor: batch.text('cursor'),
    rows: batch.list('entries', (value, path) => readRow(Fields.of(value, path))),
  };
}

function readRow(row: Fields): LedgerRow {
  const order = row.childOrNull('order');
  return {
    id: row.text('id'),
    location: row.child('location').text('code'),
    kind: row.text('kind'),
    bucket: row.text('bucket'),
    delta: row.whole('delta'),
    onHandAfter: row.whole('onHandAfter'),
    reason: row.textOrNull('reason'),
    document: row.textOrNull('document'),
    order: order === null ? null : { number: order.text('number'), source: order.text('source') },
    occurredAtMs: row.instantMs('occurredAt'),
    recordedAtMs: row.instantMs('recordedAt'),
    late: row.flag('late'),
    event: row.child('event').text('eventId'),
  };
}

/** The item as it was at a time, at each location. */
export interface AsOfRow {
  readonly location: string;
  readonly onHand: number;
  readonly available: number;
  readonly reserved: number;
  /** The movement that was last then; null where only promises were. */
  readonly last: { readonly kind: string; readonly delta: number; readonly occurredAtMs: number } | null;
}

export const AS_OF_DOCUMENT = `query ItemAsOf($sku: String!, $at: DateTime!, $asKnownAt: DateTime, $locationIds: [ID!]) {
  stockAsOf(at: $at, asKnownAt: $asKnownAt, filter: { skus: [$sku], locationIds: $locationIds }, first: 250) {
    nodes { location { code } onHand available reserved lastEntry { kind delta occurredAt } }
  }
}`;

/** Reads the answer to AS_OF_DOCUMENT; throws WireFault. */
export function readAsOf(data: Fields): AsOfRow[] {
  return data.child('stockAsOf').list('nodes', (value, path) => {
    const level = Fields.of(value, path);
    const last = level.childOrNull('lastEntry');
    return {
      location: level.child('location').text('code'),
      onHand: level.whole('onHand'),
      available: level.whole('available'),
      reserved: level.whole('reserved'),
      last: last === null ? null : { kind: last.text('kind'), delta: last.whole('delta'), occurredAtMs: last.instantMs('occurredAt') },
    };
  });
}
