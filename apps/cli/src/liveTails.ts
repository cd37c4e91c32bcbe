import type { Colors } from './output.js';

/** A batch of a live view, as the gateway sends it (schema.graphql, "Subscription"). */
export interface LiveBatch {
  readonly kind: 'SNAPSHOT' | 'DELTA' | 'RESET';
  readonly cursor: string;
  /** False while more of a snapshot follows. */
  readonly complete: boolean;
  /** Absent where nothing ever leaves the view: a movement that happened stays. */
  readonly removedIds?: readonly string[];
  readonly levels?: readonly LevelShown[];
  readonly alerts?: readonly AlertShown[];
  readonly entries?: readonly EntryShown[];
  readonly orders?: readonly OrderShown[];
}
interface EntryShown {
  readonly id: string;
  readonly kind: string;
  readonly bucket: string;
  readonly lot: string | null;
  readonly delta: number;
  readonly onHandAfter: number;
  readonly availableAfter: number;
  readonly late: boolean;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly item: { readonly sku: string };
  readonly location: { readonly code: string };
  readonly event: { readonly source: string; readonly eventId: string };
}
interface OrderShown {
  readonly number: string;
  readonly version: number;
  readonly stage: string;
  readonly customer: string | null;
  readonly promisedShipBy: string | null;
  readonly punctuality: string;
  readonly updatedAt: string;
  readonly location: { readonly code: string };
}
interface LevelShown {
  readonly version: number;
  readonly onHand: number;
  readonly available: number;
  readonly reorderPoint: number | null;
  readonly updatedAt: string;
  readonly item: { readonly sku: string };
  readonly location: { readonly code: string };
}
interface AlertShown {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly severity: string;
  readonly status: string;
  readonly title: string;
  readonly explanation: string;
  readonly lastSeenAt: string;
}

/** One line of a tail, for a program and for a person. */
interface TailLine {
  readonly record: object;
  readonly text: (colors: Colors) => string;
}
export interface LiveTail {
  readonly field: string;
  readonly query: string;
  /** A view shows what is true now and starts over with that; a log only has what comes next, and a RESET of it goes on from its own cursor. */
  readonly form: 'view' | 'log';
  show(batch: LiveBatch): TailLine[];
}

export const STOCK_TAIL: LiveTail = {
  field: 'stockLevelChanges',
  form: 'view',
  query: `subscription Tail($filter: StockLevelFilter, $after: Cursor, $options: StreamOptions) {
    stockLevelChanges(filter: $filter, after: $after, options: $options) {
      kind cursor complete removedIds levels { version onHand available reorderPoint updatedAt item { sku } location { code } }
    }
  }`,
  show: (batch) => [...beginning(batch), ...(batch.levels ?? []).map(showLevel), ...(batch.removedIds ?? []).map(showRemoved)],
};

export const ALERTS_TAIL: LiveTail = {
  field: 'alertChanges',
  form: 'view',
  query: `subscription Tail($filter: AlertFilter, $after: Cursor, $options: StreamOptions) {
    alertChanges(filter: $filter, after: $after, options: $options) {
      kind cursor complete removedIds alerts { id version kind severity status title explanation lastSeenAt }
    }
  }`,
  show: (batch) => [...beginning(batch), ...(batch.alerts ?? []).map(showAlert), ...(batch.removedIds ?? []).map(showRemoved)],
};

export const LEDGER_TAIL: LiveTail = {
  field: 'ledgerEntries',
  form: 'log',
  query: `subscription Tail($filter: LedgerFilter, $after: Cursor) {
    ledgerEntries(filter: $filter, after: $after) {
      kind cursor complete
      entries { id kind bucket lot delta onHandAfter availableAfter late occurredAt recordedAt item { sku } location { code } event { source eventId } }
    }
  }`,
  show: (batch) => [...interrupted(batch), ...(batch.entries ?? []).map(showEntry)],
};

export const ORDERS_TAIL: LiveTail = {
  field: 'orderChanges',
  form: 'view',
  query: `subscription Tail($filter: OrderFilter, $after: Cursor, $options: StreamOptions) {
    orderChanges(filter: $filter, after: $after, options: $options) {
      kind cursor complete removedIds orders { number version stage customer promisedShipBy punctuality updatedAt location { code } }
    }
  }`,
  show: (batch) => [...beginning(batch), ...(batch.orders ?? []).map(showOrder), ...(batch.removedIds ?? []).map(showRemoved)],
};

/** A stream that starts over says so: what was shown before does not hold any more. */
function beginning({ kind }: LiveBatch): TailLine[] {
  return kind === 'RESET' ? [{ record: { type: 'reset' }, text: (colors) => colors.yellow('The stream starts over: what follows is what is true now.') }] : [];
}

/** Movements are never told twice: a log that cannot go on from a cursor goes on from now, and what came between was not told. */
function interrupted({ kind }: LiveBatch): TailLine[] {
  return kind === 'RESET'
    ? [{ record: { type: 'reset' }, text: (colors) => colors.yellow('The cursor is of another store: movements before this line may be missing.') }]
    : [];
}

function showEntry({ kind, item: { sku }, location: { code: location }, event: { source, eventId }, ...entry }: EntryShown): TailLine {
  return {
    record: { type: 'movement', movement: kind, location, sku, source, event: eventId, ...entry },
    text: (colors) =>
      `${colors.dim(entry.recordedAt)}  ${location}  ${sku}  ${kind} ${colors.bold(signed(entry.delta))} ${entry.bucket.toLowerCase()}${entry.lot === null ? '' : ` lot ${entry.lot}`}  on hand ${entry.onHandAfter}  available ${entry.availableAfter}${entry.late ? colors.yellow(`  late, of ${entry.occurredAt}`) : ''}  ${colors.dim(`${source} ${eventId}`)}`,
  };
}

function showOrder({ location: { code: location }, ...order }: OrderShown): TailLine {
  const promise = order.promisedShipBy === null ? '' : `  ship by ${order.promisedShipBy}`;
  return {
    record: { type: 'order', location, ...order },
    text: (colors) =>
      `${colors.dim(order.updatedAt)}  ${location}  ${colors.bold(order.number)}  ${order.stage}${promise}  ${order.punctuality}  ${colors.dim(`version ${order.version}`)}`,
  };
}

const signed = (delta: number): string => (delta > 0 ? `+${delta}` : String(delta));

function showLevel({ item: { sku }, location: { code: location }, ...level }: LevelShown): TailLine {
  return {
    record: { type: 'level', location, sku, ...level },
    text: (colors) =>
      `${colors.dim(level.updatedAt)}  ${location}  ${sku}  on hand ${colors.bold(String(level.onHand))}  available ${level.available}  ${colors.dim(`version ${level.version}`)}`,
  };
}

function showAlert({ kind, ...alert }: AlertShown): TailLine {
  return {
    record: { type: 'alert', alert: kind, ...alert },
    text: (colors) =>
      `${colors.dim(alert.lastSeenAt)}  ${(alert.status === 'RESOLVED' ? colors.green : colors.red)(alert.status)}  ${alert.severity}  ${alert.explanation}`,
  };
}

const showRemoved = (id: string): TailLine => ({ record: { type: 'removed', id }, text: (colors) => colors.dim(`${id} no longer matches`) });
