import type { IconName } from '../page/Icon.js';
import type { Severity } from './alert.js';
import type { LeavingAlert } from './AlertBoard.js';

/** A severity for people: never by colour alone. */
export const SEVERITY_WORDS: Record<Severity, { readonly word: string; readonly icon: IconName }> = {
  CRITICAL: { word: 'Critical', icon: 'critical' },
  WARNING: { word: 'Warning', icon: 'warning' },
  INFO: { word: 'For information', icon: 'info' },
};

const KIND_WORDS: Readonly<Record<string, string>> = { LOW_STOCK: 'Low stock', NEGATIVE_ON_HAND: 'Below zero on hand' };

/** A kind for people; one that this page does not know yet is read from its name. */
export function kindWords(kind: string): string {
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return KIND_WORDS[kind] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** What became of an alert that is open no more. */
export const LEAVING_WORDS: Record<LeavingAlert['how'], string> = {
  unknown: 'No longer open',
  resolved: 'Resolved by itself',
  inhibited: 'Explained by another alert',
};
