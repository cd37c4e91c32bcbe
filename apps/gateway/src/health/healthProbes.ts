import { readTopicEnds, type LogSettings } from '@quayside/kafka';
import { countQuarantined, readAlertPositions, readFences, readReconciliation, type Database } from '@quayside/store';
import type { HealthProbes, Progress } from './healthWatch.js';

/** Measures how far each processor is: its own position in Postgres against the end of the topic that it reads. */
export function healthProbes(pool: Database['pool'], settings: LogSettings): HealthProbes {
  return {
    quarantined: () => countQuarantined(pool),
    reconciliation: () => readReconciliation(pool),
    inventory: async () => {
      const [ends, fences] = await Promise.all([readTopicEnds(settings, 'events'), readFences(pool)]);
      return progressOf(ends, new Map([...fences].map(([partition, { nextOffset }]) => [partition, nextOffset])));
    },
    alerting: async () => {
      const [ends, positions] = await Promise.all([readTopicEnds(settings, 'changes'), readAlertPositions(pool)]);
      return progressOf(ends, positions);
    },
  };
}

/** What retention has taken away counts as applied: nobody can be behind in it. */
function progressOf(ends: ReadonlyMap<number, { readonly low: number; readonly high: number }>, positions: ReadonlyMap<number, number>): Progress {
  let applied = 0;
  let end = 0;
  for (const [partition, { low, high }] of ends) {
    applied += Math.min(high, Math.max(low, positions.get(partition) ?? 0));
    end += high;
  }
  return { applied, end };
}
