import type { IconName } from '../page/Icon.js';
import type { Alert, Severity } from './alert.js';
import type { LeavingAlert } from './AlertBoard.js';

/** A severity for people: never by colour alone. */
export const SEVERITY_WORDS: Record<Severity, { readonly word: string; readonly icon: IconName }> = {
  CRITICAL: { word: 'Critical', icon: 'critical' },
  WARNING: { word: 'Warning', icon: 'warning' },
  INFO: { word: 'For information', icon: 'info' },
};

const KIND_WORDS: Readonly<Record<string, string>> = {
  LOW_STOCK: 'Low stock',
  STOCK_OUT: 'Out of stock',
  OVERSOLD: 'Oversold',
  NEGATIVE_ON_HAND: 'Below zero on hand',
  ORDER_LATE: 'Order late',
  QUARANTINE_BACKLOG: 'Events wait in quarantine',
};

/** A kind for people; one that this page does not know yet is read from its name. */
export function kindWords(kind: string): string {
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return KIND_WORDS[kind] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** How an alert stands that is not open; null for one that is. Held down is not resolved, and does not look like it. */
export function statusWords({ status, resolution }: Pick<Alert, 'status' | 'resolution'>): { readonly words: string; readonly icon: IconName } | null {
  switch (status) {
    case 'OPEN':
      return null;
    case 'ACKNOWLEDGED':
      return { words: 'Acknowledged', icon: 'eye' };
    case 'SNOOZED':
      return { words: 'Snoozed', icon: 'moon' };
    case 'INHIBITED':
      return { words: 'Explained by another alert', icon: 'info' };
    case 'RESOLVED':
      return { words: RESOLUTION_WORDS[resolution ?? ''] ?? 'Resolved', icon: 'check' };
  }
}

/** What became of an alert that is open no more. */
export function leavingWords({ how, alert }: LeavingAlert): string {
  return how === 'resolved' ? (RESOLUTION_WORDS[alert.resolution ?? ''] ?? 'Resolved') : LEAVING_WORDS[how];
}

const LEAVING_WORDS: Record<Exclude<LeavingAlert['how'], 'resolved'>, string> = {
  unknown: 'No longer open',
  inhibited: 'Explained by another alert',
  acknowledged: 'Acknowledged',
  snoozed: 'Snoozed',
};
const RESOLUTION_WORDS: Readonly<Record<string, string>> = {
  BY_ITSELF: 'Resolved by itself',
  BY_HAND: 'Resolved by hand',
  LATE_DATA: 'Taken back by a late report',
};
