import {
  assertNever,
  CLOCK_SOURCE,
  COMMAND_SOURCE,
  type Alert,
  type Change,
  type DecisionChange,
  type Level,
  type Numbered,
  type OrderSummary,
} from '@quayside/contracts';
import type { LogSettings } from '@quayside/kafka';
import type { HealthBoard, Logger } from '@quayside/service';
import type { Database } from '@quayside/store';
import type { OutcomeWaits } from '../commands/outcomeWaits.js';
import type { GatewayMetrics } from '../gatewayMetrics.js';
import type { LastMinute } from '../health/lastMinute.js';
import type { SiteClocks } from '../health/siteClocks.js';
import { ALERT_OBJECTS } from './alertFeed.js';
import { followNumbered } from './followNumbered.js';
import { LEVEL_OBJECTS } from './levelFeed.js';
import { holdIn, NumberedReceiver, type Receiving } from './numberedReceiver.js';
import { ORDER_OBJECTS } from './orderFeed.js';
import { missingAlerts, missingChanges } from './readMissing.js';
import { Stretch } from './stretch.js';

export interface StreamParts {
  readonly pool: Database['pool'];
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly sites: SiteClocks;
  readonly minute: LastMinute;
  /** Who waits for what became of a command, by its event's id. */
  readonly decisions: OutcomeWaits<DecisionChange>;
  /** Who waits for an episode's next version, by its id. */
  readonly episodes: OutcomeWaits<Alert>;
  /** Until then what arrives is history, and says nothing of how fast news is. */
  readonly isReady: () => boolean;
}
/** The two topics that this gateway follows, as far as it holds them. */
export interface Streams {
  readonly levels: Stretch<Level>;
  readonly orders: Stretch<OrderSummary>;
  readonly alerts: Stretch<Alert>;
  readonly changesReceiver: NumberedReceiver<Change>;
  readonly alertsReceiver: NumberedReceiver<Alert>;
  /** Tells which store stands behind the topics now. */
  restart(epoch: string): void;
}

export function makeStreams(parts: StreamParts): Streams {
  const levels = new Stretch(LEVEL_OBJECTS);
  const orders = new Stretch(ORDER_OBJECTS);
  const alerts = new Stretch(ALERT_OBJECTS);
  const changesReceiver = new NumberedReceiver<Change>({
    holdings: [holdIn(levels, levelOf), holdIn(orders, orderOf)],
    readMissing: missingChanges(parts.pool),
    onFresh: (fresh) => noteChanges(fresh, parts),
    onGap: tellGap('changes', parts),
  });
  const alertsReceiver = new NumberedReceiver<Alert>({
    holdings: [holdIn(alerts, (alert) => alert)],
    readMissing: missingAlerts(parts.pool),
    onFresh: (fresh) => {
      for (const { what } of fresh) parts.episodes.see(what.id, what);
    },
    onGap: tellGap('alerts', parts),
  });
  return {
    levels,
    orders,
    alerts,
    changesReceiver,
    alertsReceiver,
    restart: (epoch) => {
      if (epoch === levels.epoch) return;
      changesReceiver.restart(epoch);
      alertsReceiver.restart(epoch);
    },
  };
}

/** Begins to follow both topics; returns how to end each. */
export function followStreams(
  { changesReceiver, alertsReceiver }: Streams,
  { settings, board }: { settings: LogSettings; board: HealthBoard },
): (() => Promise<void>)[] {
  const stateOf = (part: 'changes' | 'alerts') => (up: boolean, detail: string) => (up ? board.up(part) : board.down(part, detail));
  const changes = followNumbered(settings, { role: 'changes', receiver: changesReceiver, onState: stateOf('changes') });
  const alerts = followNumbered(settings, { role: 'alerts', receiver: alertsReceiver, onState: stateOf('alerts') });
  return [changes.close, alerts.close];
}

/** What the ring of levels holds of a change: others have numbers of the same row, and are read by their keys. */
function levelOf(change: Change): Level | null {
  switch (change.kind) {
    case 'level':
      return change.level;
    case 'order':
    case 'reservation':
    case 'decision':
      return null;
    default:
      return assertNever(change);
  }
}

/** What the ring of orders holds; one that is not placed yet too, since it may have been, and its void have come. */
const orderOf = (change: Change): OrderSummary | null => (change.kind === 'order' ? change.order : null);

/**
 * What a change tells beside its level. End-to-end time is measured from `receivedAt` (the event safe in the log) to here;
 * what a subscriber waits for on top is its own coalescing window and network.
 */
function noteChanges(fresh: readonly Numbered<Change>[], { sites, minute, metrics, decisions, isReady }: StreamParts): void {
  const now = Date.now();
  const ready = isReady();
  for (const { at, what } of fresh) {
    const { cause } = what;
    // A command and a time that has come say nothing of how far a site's own reports have got.
    if (what.kind === 'level' && cause.source !== COMMAND_SOURCE && cause.source !== CLOCK_SOURCE) sites.note(what.level.location, cause.occurredAt);
    if (what.kind === 'decision' && cause.source === COMMAND_SOURCE) decisions.see(cause.id, what);
    if (!ready || at[1] > 0) continue; // an event counts once, with its first change
    minute.note(now, now - cause.receivedAt);
    metrics.eventVisibleSeconds.observe(Math.max(0, now - cause.receivedAt) / 1_000);
  }
}

function tellGap(topic: string, { logger, metrics }: StreamParts): Receiving<never>['onGap'] {
  return ({ cause, ...gap }) => {
    metrics.gaps.inc({ topic, healed: String(gap.healed) });
    logger.warn(
      { ...gap, topic, ...(cause !== undefined && { err: cause }) },
      gap.healed ? 'numbers were missing; they came from Postgres' : 'numbers are missing; streams start over',
    );
  };
}
