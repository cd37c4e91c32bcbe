import { decodeEventRecord, showInstant } from '@quayside/contracts';
import { followTopic, type LogRecord } from '@quayside/kafka';
import { messageOf } from './fault.js';
import type { Output } from './output.js';
import type { Place } from './place.js';
import { logSettings } from './stores.js';

/** Follows `supply.events` until `stop` is aborted; after a cut it goes on where it was. */
export async function tailEvents(
  place: Place,
  asked: { readonly last: number; readonly limit: number; readonly stop: AbortController },
  output: Output,
): Promise<void> {
  const { last, limit, stop } = asked;
  let told = 0;
  let isUp = true;
  const follower = await followTopic(logSettings(place), {
    role: 'events',
    backRecords: last,
    onRecords: (_partition, records) => {
      for (const record of records) {
        if (stop.signal.aborted) return;
        showRecord(record, output);
        told += 1;
        if (told >= limit) stop.abort();
      }
    },
    onState: (up, detail) => {
      if (up !== isUp) output.note(up ? 'The log answers again, going on where it was.' : `The log is away (${detail}), going on when it is back.`);
      isUp = up;
    },
  });
  await untilAborted(stop.signal);
  await follower.close();
}

/** Resolves when a signal is aborted. */
function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function showRecord({ partition, offset, appendedAt, value }: LogRecord, output: Output): void {
  const at = { partition, offset, appendedAt: showInstant(appendedAt) };
  try {
    const { envelope } = decodeEventRecord(value);
    const { event, sender } = envelope;
    output.result(
      { type: 'event', ...at, sender, event },
      (colors) => `${colors.dim(at.appendedAt)}  ${partition}/${offset}  ${event.type}  ${event.source} ${event.id}  ${JSON.stringify(event.data)}`,
    );
  } catch (cause) {
    const why = messageOf(cause);
    output.result({ type: 'unreadable', ...at, why }, (colors) => `${colors.dim(at.appendedAt)}  ${partition}/${offset}  ${colors.red(`unreadable: ${why}`)}`);
  }
}
