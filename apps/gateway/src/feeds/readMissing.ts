import { compareNumbers, type Alert, type Change, type ChangeNumber, type Numbered } from '@quayside/contracts';
import { readAlertOutcomes, readOutcomes, type Database } from '@quayside/store';
import type { ReadMissing } from './numberedReceiver.js';
import { RING_ITEMS_MAX } from './stretch.js';

/** Reads missed changes from the outcomes of their events. */
export function missingChanges(pool: Database['pool']): ReadMissing<Change> {
  return (partition, after, to) =>
    gather(after, to, async (from) => {
      const { changes, upTo } = await readOutcomes(pool, { partition, from, to: to[0] + 1 });
      return { items: changes, upTo };
    });
}

/** Reads missed alerts from the outcomes of the changes that made them. */
export function missingAlerts(pool: Database['pool']): ReadMissing<Alert> {
  return (partition, after, to) =>
    gather(after, to, async (from) => {
      const { outcomes, upTo } = await readAlertOutcomes(pool, { partition, from, to: to[0] + 1 });
      return { items: outcomes.flatMap(({ offset, alerts }) => alerts.map((what, index): Numbered<Alert> => ({ at: [offset, index], what }))), upTo };
    });
}

type ReadPart<T> = (from: number) => Promise<{ readonly items: readonly Numbered<T>[]; readonly upTo: number }>;

/** Reads on until `to` is in; null once it is more than a ring holds. */
async function gather<T>(after: ChangeNumber | null, to: ChangeNumber, readPart: ReadPart<T>): Promise<Numbered<T>[] | null> {
  const gathered: Numbered<T>[] = [];
  for (let from = after?.[0] ?? 0; from <= to[0];) {
    const { items, upTo } = await readPart(from);
    gathered.push(...items.filter(({ at }) => after === null || compareNumbers(at, after) > 0));
    if (gathered.length > RING_ITEMS_MAX) return null;
    from = upTo;
  }
  return gathered;
}
