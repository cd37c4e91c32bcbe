import { BACKLOG_MS } from '@quayside/contracts';
import { backlogFingerprintOf, fingerprintsOfTimer, fireTimers, foldBacklog } from '@quayside/alerts';
import type { AlertingPorts } from './alertingPorts.js';
import type { Position } from './decideRecords.js';
import { FoldSum, type Decided } from './foldSum.js';
import { KnownStandings, toTimer } from './knownStandings.js';

/** What is to be looked at because of the time. */
export interface Due {
  readonly timers: boolean;
  readonly backlog: boolean;
}

/** Decides what has come due by the clock does to the episodes of a partition; writes nothing. Null where it does nothing. */
export async function decideDue(ports: AlertingPorts, position: Position, due: Due): Promise<Decided | null> {
  const { partition, fence } = position;
  const sum = new FoldSum();
  const known = new KnownStandings(ports.store, position);
  if (due.timers) await fireDue(ports, { partition, known, sum });
  if (due.backlog) await lookAtBacklog(ports, { partition, known, sum });
  if (sum.isEmpty) return null;
  const { nextOffset, last, commandsOffset } = fence;
  return sum.decide(ports, { partition, from: fence, nextOffset, last, commandsOffset }, known.standings);
}

interface Deciding {
  readonly partition: number;
  readonly known: KnownStandings;
  readonly sum: FoldSum;
}

async function fireDue({ store, now, latenessMs }: AlertingPorts, { partition, known, sum }: Deciding): Promise<void> {
  const timers = (await store.readDue(partition, now())).map(toTimer);
  const fingerprints = timers.flatMap(fingerprintsOfTimer);
  await known.know(fingerprints);
  const fold = fireTimers(known.of(fingerprints), timers, { partition, now: now(), latenessMs });
  known.learn(fold.standings);
  sum.add(fold);
}

async function lookAtBacklog({ inventory, now }: AlertingPorts, { partition, known, sum }: Deciding): Promise<void> {
  const fingerprints = [backlogFingerprintOf(partition)];
  const [backlog] = await Promise.all([inventory.backlog(partition, now() - BACKLOG_MS), known.know(fingerprints)]);
  const fold = foldBacklog(known.of(fingerprints), { partition, ...backlog }, { partition, now: now() });
  known.learn(fold.standings);
  sum.add(fold);
}
