import { encodeRecords, type Alert, type ChangeNumber, type Numbered } from '@quayside/contracts';
import type { AlertFence } from '@quayside/store';
import type { AlertingPorts, OffsetRange } from './alertingPorts.js';

type Publishing = Pick<AlertingPorts, 'store' | 'publish'>;

/** Publishes what a partition has told and not yet published. Returns the number of the last alert in the topic; null without any. */
export async function publishOwed(
  ports: Publishing,
  partition: number,
  { alertsOffset, outboxNext }: AlertFence,
): Promise<{ readonly lastAlert: ChangeNumber | null }> {
  const after = await ports.store.readNumberBefore(partition, alertsOffset);
  return { lastAlert: await publishAlerts(ports, { partition, from: alertsOffset, to: outboxNext }, after) };
}

/**
 * Sends the stored outcomes of a range of the outbox to `supply.alerts`, in order, and moves the stored position past them. Numbers are
 * (position in the outbox, place); `after` is the number before the first. Returns the last number sent, or `after`.
 * Sending again after a failure is harmless: receivers drop numbers that they have.
 */
export async function publishAlerts(ports: Publishing, range: OffsetRange, after: ChangeNumber | null): Promise<ChangeNumber | null> {
  const { partition, to } = range;
  let last = after;
  for (let from = range.from; from < to;) {
    const { outcomes, upTo } = await ports.store.readOutcomes({ partition, from, to });
    if (upTo <= from) throw new Error(`Reading alerts of partition ${partition} made no progress at ${from}`);
    const items = outcomes.flatMap(({ offset, alerts }) => alerts.map((what, index): Numbered<Alert> => ({ at: [offset, index], what })));
    for (const value of encodeRecords(last, items)) await ports.publish(partition, [value]);
    last = items[items.length - 1]?.at ?? last;
    await ports.store.advancePublished(partition, upTo);
    from = upTo;
  }
  return last;
}
