import { PARTITION_COUNT, decodeNumbered, type NumberedRecord, type TopicRole } from '@quayside/contracts';
import { followTopic, type LogSettings } from '@quayside/kafka';

export interface FollowingNumbered<T> {
  readonly role: TopicRole;
  readonly receiver: { take(partition: number, record: NumberedRecord<T>): Promise<void> };
  /** Told when every partition has been read to the end that it had when we came, and when the log is lost or found again. */
  readonly onState: (up: boolean, detail: string) => void;
}

/** Records read back at the start, a partition. Under load a record has up to 200 changes, so that more would be seconds of reading before anyone is served. */
const BACK_RECORDS = 100;
/** Wait before the log is asked again at the start, ms. */
const RETRY_MS = 1_000;

/** Follows a numbered topic into its receiver until closed; waits for the log where it is not there yet. */
export function followNumbered<T>(settings: LogSettings, { role, receiver, onState }: FollowingNumbered<T>): { close(): Promise<void> } {
  const caughtUp = new Set<number>();
  const show = (up: boolean, detail: string): void => {
    if (!up) onState(false, detail);
    else if (caughtUp.size < PARTITION_COUNT) onState(false, `${caughtUp.size} of ${PARTITION_COUNT} partitions have been read to their end`);
    else onState(true, detail);
  };
  const following = {
    role,
    backRecords: BACK_RECORDS,
    onState: show,
    onRecords: async (partition: number, records: readonly { readonly value: Uint8Array | null }[]): Promise<void> => {
      for (const { value } of records) await receiver.take(partition, decodeNumbered<T>(value));
      if (records.length > 0 || caughtUp.has(partition)) return;
      caughtUp.add(partition);
      show(true, 'following');
    },
  };
  let closed = false;
  const begun = (async () => {
    while (!closed) {
      try {
        return await followTopic(settings, following);
      } catch (cause) {
        settings.logger.warn({ err: cause, role }, 'the log cannot be followed yet');
        show(false, cause instanceof Error ? cause.message : String(cause));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return null;
  })();
  return {
    close: async () => {
      closed = true;
      await (await begun)?.close();
    },
  };
}
