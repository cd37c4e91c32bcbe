import { ALERT_KINDS, ALERT_STATUSES, type Alert, type AlertSeverity, type AlertStatus } from '@quayside/contracts';
import type { AlertFilter } from '@quayside/store';
import type { Shows } from '../feeds/viewSince.js';
import { narrow, type Visible } from '../visible.js';
import { asGiven, choicesOf, locationsOf, numberOf, skusOf } from './inputs.js';

const SEVERITIES: readonly AlertSeverity[] = ['INFO', 'WARNING', 'CRITICAL'];
/** The SDL's default, which holds too when the whole filter is absent. */
const STATUSES_UNASKED: readonly AlertStatus[] = ['OPEN', 'ACKNOWLEDGED'];

/** Reads an AlertFilter and narrows it to what may be seen. Throws BAD_USER_INPUT. */
export function readAlertFilter(value: unknown, visible: Visible): AlertFilter {
  const given = asGiven(value);
  return {
    kinds: choicesOf(given, 'kinds', ALERT_KINDS),
    severities: choicesOf(given, 'severities', SEVERITIES),
    statuses: given['statuses'] === null ? null : (choicesOf(given, 'statuses', ALERT_STATUSES) ?? STATUSES_UNASKED),
    skus: skusOf(given),
    locations: narrow(visible, locationsOf(given)),
    openedFrom: numberOf(given, 'openedFrom'),
    openedTo: numberOf(given, 'openedTo'),
  };
}

/** The same filter over changes: it has to say what the SQL of libs/store says (readAlerts.ts). */
export function alertsShown(filter: AlertFilter): Shows<Alert> {
  const { kinds, severities, statuses, skus, locations, openedFrom, openedTo } = filter;
  const within = <T>(allowed: readonly T[] | null, value: T | null): boolean => allowed === null || (value !== null && allowed.includes(value));
  return {
    concerns: (alert) =>
      within(kinds, alert.kind) &&
      within(skus, alert.sku) &&
      within(locations, alert.location) &&
      (openedFrom === null || alert.openedAt >= openedFrom) &&
      (openedTo === null || alert.openedAt < openedTo),
    // Severity and status change while an episode lasts.
    matches: (alert) => within(severities, alert.severity) && within(statuses, alert.status),
  };
}
