import type { DecisionChange } from '@quayside/contracts';

/** What became of an event that asks for something. */
export type Decision = Pick<DecisionChange, 'verdict' | 'detail' | 'current' | 'shortBy'>;

export const DONE: Decision = { verdict: 'DONE', detail: '', current: [], shortBy: [] };
export const noEffect = (detail: string): Decision => ({ verdict: 'NO_EFFECT', detail, current: [], shortBy: [] });
export const waiting = (detail: string): Decision => ({ verdict: 'WAITING', detail, current: [], shortBy: [] });
