import type { AlertRule } from '@quayside/contracts';
import { showDuration } from '../duration.js';
import { encodeNodeId } from '../nodeId.js';

/** The SDL's AlertRule. Every rule is on: none can be switched off yet. */
export function showAlertRule({ holdForMs, ...rule }: AlertRule, firedLast24h: number) {
  return {
    ...rule,
    __typename: 'AlertRule' as const,
    id: encodeNodeId({ kind: 'alertRule', of: rule.kind }),
    enabled: true,
    holdFor: showDuration(holdForMs),
    firedLast24h,
  };
}
