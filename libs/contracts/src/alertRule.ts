import type { AlertKind, AlertSeverity } from './alert.js';

/** How long a report may be late before a negative level is believed, unless alerting is told otherwise (domain.md, "Alerts"). */
export const ALLOWED_LATENESS_MS = 15 * 60_000;
/** An item that went out within this time is one that is asked for. */
export const DEMAND_MS = 30 * 86_400_000;
/** Longer than this nothing should wait in quarantine. */
export const BACKLOG_MS = 15 * 60_000;
/** LOW_STOCK closes this fraction above the reorder point, in whole numbers at least 1: as one over this. */
export const LOW_STOCK_MARGIN_DIVISOR = 10;

/** What opens alerts of a kind. */
export interface AlertRule {
  readonly kind: AlertKind;
  readonly name: string;
  /** The greatest that it gives. */
  readonly severity: AlertSeverity;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** It must hold for so long before it fires, ms. */
  readonly holdForMs: number;
  /** Once fired, falls back only when past its threshold by this fraction. */
  readonly hysteresis: number;
}

/** The rules as alerting judges by them; `latenessMs` is what alerting was told to allow. */
export const alertRules = (latenessMs: number): readonly AlertRule[] => [
  {
    kind: 'LOW_STOCK',
    name: 'Position at or under the reorder point',
    severity: 'WARNING',
    parameters: { threshold: 'reorderPoint of each level' },
    holdForMs: 0,
    hysteresis: 1 / LOW_STOCK_MARGIN_DIVISOR,
  },
  {
    kind: 'STOCK_OUT',
    name: 'Nothing available while there is demand',
    severity: 'CRITICAL',
    parameters: { threshold: 0, demandWithinDays: DEMAND_MS / 86_400_000 },
    holdForMs: 0,
    hysteresis: 0,
  },
  { kind: 'OVERSOLD', name: 'More promised or taken out than there is', severity: 'CRITICAL', parameters: { threshold: 0 }, holdForMs: 0, hysteresis: 0 },
  {
    kind: 'NEGATIVE_ON_HAND',
    name: 'More shipped than was ever received',
    severity: 'CRITICAL',
    parameters: { threshold: 0 },
    holdForMs: latenessMs,
    hysteresis: 0,
  },
  { kind: 'ORDER_LATE', name: 'Promise of dispatch has passed', severity: 'WARNING', parameters: {}, holdForMs: 0, hysteresis: 0 },
  { kind: 'QUARANTINE_BACKLOG', name: 'Records wait in quarantine for too long', severity: 'WARNING', parameters: {}, holdForMs: BACKLOG_MS, hysteresis: 0 },
];
