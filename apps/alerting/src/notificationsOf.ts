import { createHash } from 'node:crypto';
import { showInstant, type Alert } from '@quayside/contracts';
import type { NewNotification } from '@quayside/store';
import type { NotificationTarget } from './alertingPorts.js';

/**
 * What is to be told of episodes that came to be open: a message to each target that wants their kind. Its id is a function
 * of episode and target, and the store keeps the first of each: one notification an episode, not one an event.
 */
export function notificationsOf(surfaced: readonly Alert[], targets: readonly NotificationTarget[], now: number): NewNotification[] {
  return surfaced.flatMap((alert) =>
    targets
      .filter(({ kinds }) => kinds === null || kinds.includes(alert.kind))
      .map(({ name }) => ({ id: messageId(alert.id, name), alertId: alert.id, target: name, payload: payloadOf(alert), createdAt: now })),
  );
}

/** Without a full stop, which separates what is signed. */
const messageId = (alertId: string, target: string): string => `msg_${createHash('sha256').update(`${target}\n${alertId}`).digest('base64url').slice(0, 32)}`;

/** Body of the message: the episode as it opened, times in RFC 3339. */
function payloadOf(alert: Alert): string {
  const { id, kind, severity, status, title, explanation, evidence, location, sku, order, atRisk, openedAt, causedBy, version } = alert;
  return JSON.stringify({
    type: 'alert.opened',
    timestamp: showInstant(openedAt),
    data: {
      id,
      kind,
      severity,
      status,
      title,
      explanation,
      evidence,
      location,
      sku,
      order,
      atRisk: atRisk.map((each) => ({ ...each, promisedShipBy: each.promisedShipBy === null ? null : showInstant(each.promisedShipBy) })),
      openedAt: showInstant(openedAt),
      causedBy,
      version,
    },
  });
}
