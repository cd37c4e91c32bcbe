import { compareNumbers, type Change, type ChangeNumber, type Numbered } from '@quayside/contracts';
import type { AlertingPorts } from './alertingPorts.js';

/** Inventory commits before it publishes, so the wait is for a fence that was restored from a backup at most; then the loop starts the partition again. */
const FENCE_WAIT_MS_MAX = 5_000;
const FENCE_POLL_MS = 100;

export interface Gap {
  readonly partition: number;
  /** Newest change that we have; null when none. */
  readonly last: ChangeNumber | null;
  /** Newest change that we miss. */
  readonly after: ChangeNumber;
}

/**
 * Changes that a record says came before it and that never reached us, page by page and in order, from inventory's stored
 * outcomes. Throws when inventory's fence does not pass them within 5 s.
 */
export async function* readMissedChanges(ports: AlertingPorts, gap: Gap): AsyncGenerator<Numbered<Change>[]> {
  const { partition, last, after } = gap;
  await waitForFence(ports, gap);
  const to = after[0] + 1;
  for (let from = last?.[0] ?? 0; from < to;) {
    const { changes, upTo } = await ports.inventory.read({ partition, from, to });
    if (upTo <= from) throw new Error(`Reading outcomes of partition ${partition} made no progress at ${from}`);
    const missed = changes.filter(({ at }) => (last === null || compareNumbers(at, last) > 0) && compareNumbers(at, after) <= 0);
    if (missed.length > 0) yield missed;
    from = upTo;
  }
}

async function waitForFence(ports: AlertingPorts, { partition, after }: Gap): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += FENCE_POLL_MS) {
    const nextOffset = await ports.inventory.nextOffset(partition);
    if (nextOffset > after[0]) return;
    if (waitedMs >= FENCE_WAIT_MS_MAX)
      throw new Error(`Partition ${partition}: change ${after.join('.')} was published, but inventory's fence stands at ${nextOffset}`);
    await ports.sleep(FENCE_POLL_MS);
  }
}
