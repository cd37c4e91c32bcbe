import { Fields } from '../wire/Fields.js';

export const ALERT_RULES_DOCUMENT = `query AlertRules { alertRules { id kind name severity parameters holdFor hysteresis firedLast24h } }`;

/** What opens alerts of a kind, in words. */
export interface AlertRule {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL';
  readonly words: readonly string[];
  readonly firedLast24h: number;
}

/** Reads the answer to ALERT_RULES_DOCUMENT; throws WireFault. */
export function readRules(data: Fields): AlertRule[] {
  return data.list('alertRules', (value, path) => {
    const rule = Fields.of(value, path);
    return {
      id: rule.text('id'),
      kind: rule.text('kind'),
      name: rule.text('name'),
      severity: rule.oneOf('severity', ['INFO', 'WARNING', 'CRITICAL'] as const),
      words: wordsOf(rule),
      firedLast24h: rule.whole('firedLast24h'),
    };
  });
}

function wordsOf(rule: Fields): string[] {
  const [holdFor, hysteresis] = [rule.text('holdFor'), rule.number('hysteresis')];
  return [
    ...(holdFor === 'PT0S'
      ? ['Fires at once.']
      : [`Fires when it has lasted ${holdFor.replace('PT', '').replace('M', ' min').replace('H', ' h ').replace('S', ' s')}.`]),
    ...(hysteresis === 0 ? [] : [`Closes only ${Math.round(hysteresis * 100)} % past its threshold, so that it does not flap.`]),
  ];
}
