import { readTopicEnds } from '@quayside/kafka';
import { readFences, traceEvent, type EventTrace, type Fence } from '@quayside/store';
import { EXIT, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import type { Place } from './place.js';
import { showTrace, stagesOf } from './showTrace.js';
import { logSettings, withStores, type Stores } from './stores.js';

/** `quayside trace SOURCE ID`: what became of an event, stage by stage. Exit code 1 when nothing has taken it. */
export async function traceCommand(place: Place, event: { readonly source: string; readonly id: string }, output: Output): Promise<ExitCode> {
  return withStores(place, async (stores) => {
    const traces = await traceEvent(stores.database.pool, event);
    for (const trace of traces) {
      const live = await readLive(stores, trace);
      const stages = stagesOf(trace, live);
      output.result({ type: 'trace', ...event, ...trace, live, stages }, (colors) => showTrace({ event, trace, stages, colors }));
    }
    if (traces.length > 0) return EXIT.ok;
    const waiting = await countWaiting(place, await readFences(stores.database.pool));
    const why =
      waiting === 0
        ? 'every record of the log is applied, and none has this source and id'
        : `${waiting} records of the log are not applied yet; it may be among them`;
    output.result(
      { type: 'unknown', ...event, waiting, text: why },
      (colors) =>
        `${colors.red('✗')} ${event.source} ${event.id} is not known: ${why}.\n  What to do: check source and id as they were sent; events that cannot be read are in quarantine without either.`,
    );
    return EXIT.failed;
  });
}

/** Whether what the event did is in Redis and in `supply.changes`. */
async function readLive({ live }: Stores, trace: EventTrace): Promise<{ readonly shown: boolean; readonly published: boolean }> {
  const cursor = await live.readCursor(trace.partition);
  return { shown: cursor !== null && cursor.offset > trace.offset, published: trace.fence.changesOffset > trace.offset };
}

async function countWaiting(place: Place, fences: ReadonlyMap<number, Fence>): Promise<number> {
  const ends = await readTopicEnds(logSettings(place), 'events');
  return [...ends].reduce((sum, [partition, { high }]) => sum + Math.max(0, high - (fences.get(partition)?.nextOffset ?? 0)), 0);
}
