import type { Colors } from './output.js';

/** A batch of a live view, as the gateway sends it (schema.graphql, "Subscription"). */
export interface LiveBatch {
  readonly kind: 'SNAPSHOT' | 'DELTA' | 'RESET';
  readonly cursor: string;
  /** False while more of a snapshot follows. */
  readonly complete: boolean;
  readonly removedIds: readonly string[];
  readonly levels?: readonly LevelShown[];
  readonly alerts?: readonly AlertShown[];
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
  show(batch: LiveBatch): TailLine[];
}

export const STOCK_TAIL: LiveTail = {
  field: 'stockLevelChanges',
  query: `subscription Tail($filter: StockLevelFilter, $after: Cursor, $options: StreamOptions) {
    stockLevelChanges(filter: $filter, after: $after, options: $options) {
      kind cursor complete removedIds levels { version onHand available reorderPoint updatedAt item { sku } location { code } }
    }
  }`,
  show: (batch) => [...beginning(batch), ...(batch.levels ?? []).map(showLevel), ...batch.removedIds.map(showRemoved)],
};

export const ALERTS_TAIL: LiveTail = {
  field: 'alertChanges',
  query: `subscription Tail($filter: AlertFilter, $after: Cursor, $options: StreamOptions) {
    alertChanges(filter: $filter, after: $after, options: $options) {
      kind cursor complete removedIds alerts { id version kind severity status title explanation lastSeenAt }
    }
  }`,
  show: (batch) => [...beginning(batch), ...(batch.alerts ?? []).map(showAlert), ...batch.removedIds.map(showRemoved)],
};

/** A stream that starts over says so: what was shown before does not hold any more. */
function beginning({ kind }: LiveBatch): TailLine[] {
  return kind === 'RESET' ? [{ record: { type: 'reset' }, text: (colors) => colors.yellow('The stream starts over: what follows is what is true now.') }] : [];
}

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
