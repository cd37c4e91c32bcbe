import { COMMAND_SOURCE, type DecisionChange, type EventName } from '@quayside/contracts';

/** For tests: a whole decision, of which a test states what matters to it. */
export function aDecision(given: Partial<DecisionChange> = {}, name: EventName = 'stock.adjusted'): DecisionChange {
  return {
    kind: 'decision',
    location: 'DC-1',
    verdict: 'DONE',
    detail: '',
    current: [],
    shortBy: [],
    cause: { source: COMMAND_SOURCE, id: 'id', name, occurredAt: 0, receivedAt: 0 },
    ...given,
  };
}
