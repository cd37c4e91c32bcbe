import { fingerprintsOf, foldAlerts } from '@quayside/alerts';
import {
  available,
  compareNumbers,
  decodeNumbered,
  levelKey,
  type AtRisk,
  type Change,
  type ChangeNumber,
  type Level,
  type Numbered,
  type NumberedRecord,
} from '@quayside/contracts';
import { PartitionHalt, type LogRecord } from '@quayside/kafka';
import type { AlertFence } from '@quayside/store';
import type { AlertingPorts } from './alertingPorts.js';
import { FoldSum, type Decided } from './foldSum.js';
import { KnownStandings } from './knownStandings.js';
import { readMissedChanges } from './missedChanges.js';
import type { StandingCache } from './standingCache.js';

export interface Position {
  readonly partition: number;
  readonly fence: AlertFence;
  readonly cache: StandingCache;
}

/**
 * Decides what records of `supply.changes` do to the episodes of their partition; writes nothing. Changes that were taken
 * before are dropped; missed ones are read from inventory's outcomes and folded first. How much it holds is bounded by
 * what the log hands over at once (one fetch) and by the levels and orders that a gap touched.
 * Throws PartitionHalt for a record that is not ours to read, and what the stores throw.
 */
export async function decideRecords(ports: AlertingPorts, position: Position, records: readonly LogRecord[]): Promise<Decided> {
  const { partition, fence } = position;
  const step = new Step(ports, position);
  const decoded = records.map(decode);
  await step.know(decoded.flatMap(({ items }) => items));
  for (const content of decoded) await step.take(content);
  const nextOffset = (records[records.length - 1]?.offset ?? fence.nextOffset - 1) + 1;
  return step.sum.decide(ports, { partition, from: fence, nextOffset, last: step.last, commandsOffset: fence.commandsOffset }, step.known.standings);
}

function decode(record: LogRecord): NumberedRecord<Change> {
  try {
    return decodeNumbered<Change>(record.value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PartitionHalt('UNREADABLE_CHANGES', `Record ${record.offset} of partition ${record.partition} of the changes cannot be read: ${reason}`);
  }
}

/** What is known and decided so far in one step. */
class Step {
  last: ChangeNumber | null;
  readonly sum = new FoldSum();
  readonly known: KnownStandings;
  private readonly atRisk = new Map<string, readonly AtRisk[]>();

  constructor(
    private readonly ports: AlertingPorts,
    private readonly position: Position,
  ) {
    this.last = position.fence.last;
    this.known = new KnownStandings(ports.store, position);
  }

  async take({ after, items }: NumberedRecord<Change>): Promise<void> {
    if (after !== null && this.isNew(after)) await this.catchUp(after);
    this.fold(
      items.filter(({ at }) => this.isNew(at)),
      'every version',
    );
  }

  /** Makes sure that what these changes may touch is known. */
  async know(changes: readonly Numbered<Change>[]): Promise<void> {
    await Promise.all([this.known.know(changes.flatMap(({ what }) => fingerprintsOf(what))), this.knowAtRisk(changes)]);
  }

  /** Promises on oversold levels, as they stand now: an explanation, nothing that decides. One query for all of them. */
  private async knowAtRisk(changes: readonly Numbered<Change>[]): Promise<void> {
    const oversold = new Map<string, Level>();
    for (const { what } of changes) {
      // Where nothing is reserved there is no promise to be looked for.
      if (what.kind === 'level' && what.level.reserved > 0 && available(what.level) < 0)
        oversold.set(levelKey(what.level.location, what.level.sku), what.level);
    }
    const levels = [...oversold].flatMap(([key, level]) => (this.atRisk.has(key) ? [] : [level]));
    if (levels.length === 0) return;
    const found = await this.ports.inventory.atRisk({ partition: this.position.partition, levels });
    for (const { location, sku } of levels) this.atRisk.set(levelKey(location, sku), found.get(levelKey(location, sku)) ?? []);
  }

  /** Only the last version of an episode within a page of a gap is told: receivers keep the newest anyway. */
  private async catchUp(after: ChangeNumber): Promise<void> {
    for await (const page of readMissedChanges(this.ports, { partition: this.position.partition, last: this.last, after })) {
      await this.know(page);
      this.fold(page, 'last versions');
    }
    // Whoever published this number had committed it: were it not there, folding on would lose changes without a word.
    if (this.isNew(after)) throw new Error(`Partition ${this.position.partition}: change ${after.join('.')} was published, but is in no stored outcome`);
  }

  private fold(changes: readonly Numbered<Change>[], telling: 'every version' | 'last versions'): void {
    const last = changes[changes.length - 1];
    if (last === undefined) return;
    const fold = foldAlerts(this.known.of(changes.flatMap(({ what }) => fingerprintsOf(what))), changes, {
      partition: this.position.partition,
      now: this.ports.now(),
      latenessMs: this.ports.latenessMs,
      atRisk: this.atRisk,
    });
    this.known.learn(fold.standings);
    this.sum.add(fold, telling === 'every version' ? fold.versions : fold.changed);
    this.last = last.at;
  }

  private isNew(at: ChangeNumber): boolean {
    return this.last === null || compareNumbers(at, this.last) > 0;
  }
}
