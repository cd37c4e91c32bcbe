import { assertNever, type Alert, type Change, type Level, type Numbered } from '@quayside/contracts';
import type { LogSettings } from '@quayside/kafka';
import type { HealthBoard, Logger } from '@quayside/service';
import type { Database } from '@quayside/store';
import type { GatewayMetrics } from '../gatewayMetrics.js';
import type { LastMinute } from '../health/lastMinute.js';
import type { SiteClocks } from '../health/siteClocks.js';
import type { OutcomeWaits } from '../policy/outcomeWaits.js';
import { COMMAND_SOURCE } from '../policy/policyRecord.js';
import { ALERT_OBJECTS } from './alertFeed.js';
import { followNumbered } from './followNumbered.js';
import { LEVEL_OBJECTS } from './levelFeed.js';
import { NumberedReceiver, type Receiving } from './numberedReceiver.js';
import { missingAlerts, missingChanges } from './readMissing.js';
import { Stretch } from './stretch.js';

export interface StreamParts {
  readonly pool: Database['pool'];
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly sites: SiteClocks;
  readonly minute: LastMinute;
  readonly waits: OutcomeWaits;
  /** Until then what arrives is history, and says nothing of how fast news is. */
  readonly isReady: () => boolean;
}
/** The two topics that this gateway follows, as far as it holds them. */
export interface Streams {
  readonly levels: Stretch<Level>;
  readonly alerts: Stretch<Alert>;
  readonly changesReceiver: NumberedReceiver<Change, Level>;
  readonly alertsReceiver: NumberedReceiver<Alert>;
  /** Tells which store stands behind the topics now. */
  restart(epoch: string): void;
}

export function makeStreams(parts: StreamParts): Streams {
  const levels = new Stretch(LEVEL_OBJECTS);
  const alerts = new Stretch(ALERT_OBJECTS);
  const changesReceiver = new NumberedReceiver<Change, Level>({
    stretch: levels,
    objectOf: levelOf,
    readMissing: missingChanges(parts.pool),
    onFresh: (fresh) => noteChanges(fresh, parts),
    onGap: tellGap('changes', parts),
  });
  const alertsReceiver = new NumberedReceiver<Alert>({
    stretch: alerts,
    objectOf: (alert) => alert,
    readMissing: missingAlerts(parts.pool),
    onFresh: () => {},
    onGap: tellGap('alerts', parts),
  });
  return {
    levels,
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

function levelOf(change: Change): Level {
  switch (change.kind) {
    case 'level':
      return change.level;
    default:
      return assertNever(change.kind);
  }
}

/**
 * What a change tells beside its level. End-to-end time is measured from `receivedAt` (the event safe in the log) to here;
 * what a subscriber waits for on top is its own coalescing window and network.
 */
function noteChanges(fresh: readonly Numbered<Change>[], { sites, minute, metrics, waits, isReady }: StreamParts): void {
  const now = Date.now();
  const ready = isReady();
  for (const { at, what } of fresh) {
    const { cause, level } = what;
    if (cause.name !== 'policy.set') sites.note(level.location, cause.occurredAt);
    if (cause.source === COMMAND_SOURCE) waits.see(cause.id, level);
    if (!ready || at[1] > 0) continue; // an event counts once, with its first change
    minute.note(now, now - cause.receivedAt);
    metrics.eventVisibleSeconds.observe(Math.max(0, now - cause.receivedAt) / 1_000);
  }
}

function tellGap(topic: string, { logger, metrics }: StreamParts): Receiving<never, never>['onGap'] {
  return ({ cause, ...gap }) => {
    metrics.gaps.inc({ topic, healed: String(gap.healed) });
    logger.warn(
      { ...gap, topic, ...(cause !== undefined && { err: cause }) },
      gap.healed ? 'numbers were missing; they came from Postgres' : 'numbers are missing; streams start over',
    );
  };
}
