import { fingerprintsOf, foldAlerts, type Episodes } from '@quayside/alerts';
import { compareNumbers, decodeNumbered, type Alert, type Change, type ChangeNumber, type Numbered, type NumberedRecord } from '@quayside/contracts';
import { PartitionHalt, type LogRecord } from '@quayside/kafka';
import type { AlertFence, AlertOutcome, AlertsCommit } from '@quayside/store';
import type { AlertingPorts, StepReport } from './alertingPorts.js';
import type { EpisodeCache } from './episodeCache.js';
import { readMissedChanges } from './missedChanges.js';

export interface Standing {
  readonly partition: number;
  readonly fence: AlertFence;
  readonly episodes: EpisodeCache;
}

export interface Decided {
  readonly commit: AlertsCommit;
  /** For the cache, once the commit is in: the newest episode of each fingerprint that was looked at, null where there is none. */
  readonly newest: ReadonlyMap<string, Alert | null>;
  readonly report: StepReport;
}

/**
 * Decides what records of `supply.changes` do to the episodes of their partition; writes nothing. Changes that were taken
 * before are dropped; missed ones are read from inventory's outcomes and folded first. How much it holds is bounded by
 * what the log hands over at once (one fetch) and by the levels that a gap touched.
 * Throws PartitionHalt for a record that is not ours to read, and what the stores throw.
 */
export async function decideRecords(ports: AlertingPorts, standing: Standing, records: readonly LogRecord[]): Promise<Decided> {
  const { partition, fence } = standing;
  const step = new Step(ports, standing);
  const decoded = records.map((record) => ({ offset: record.offset, content: decode(record) }));
  await step.know(decoded.flatMap(({ content }) => content.items));
  for (const { offset, content } of decoded) await step.take(offset, content);
  const to = (records[records.length - 1]?.offset ?? fence.nextOffset - 1) + 1;
  const commit = { partition, from: fence.nextOffset, to, last: step.last, episodes: [...step.changed.values()], outcomes: step.outcomes };
  return { commit, newest: step.newest, report: { opened: step.opened, resolved: step.resolved } };
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
  readonly newest = new Map<string, Alert | null>();
  readonly changed = new Map<string, Alert>();
  readonly outcomes: AlertOutcome[] = [];
  readonly opened: Alert[] = [];
  readonly resolved: Alert[] = [];

  constructor(
    private readonly ports: AlertingPorts,
    private readonly standing: Standing,
  ) {
    this.last = standing.fence.last;
  }

  async take(offset: number, { after, items }: NumberedRecord<Change>): Promise<void> {
    const caughtUp = after !== null && this.isNew(after) ? await this.catchUp(after) : [];
    const alerts = [...caughtUp, ...this.fold(items.filter(({ at }) => this.isNew(at)))];
    if (alerts.length > 0) this.outcomes.push({ offset, alerts });
  }

  /** Makes sure that the episodes which these changes may touch are known. */
  async know(changes: readonly Numbered<Change>[]): Promise<void> {
    const { partition, episodes } = this.standing;
    const unknown = new Set<string>();
    for (const fingerprint of changes.flatMap(({ what }) => fingerprintsOf(what))) {
      if (this.newest.has(fingerprint)) continue;
      const cached = episodes.find(fingerprint);
      if (cached === undefined) unknown.add(fingerprint);
      else this.newest.set(fingerprint, cached);
    }
    if (unknown.size === 0) return;
    const stored = await this.ports.store.readEpisodes({ partition, fingerprints: [...unknown] });
    for (const fingerprint of unknown) this.newest.set(fingerprint, null);
    for (const alert of stored) this.newest.set(alert.fingerprint, alert);
  }

  /** Only the last version of an episode within a gap is told, however long it was: receivers keep the newest anyway. */
  private async catchUp(after: ChangeNumber): Promise<Alert[]> {
    const alerts = new Map<string, Alert>();
    for await (const page of readMissedChanges(this.ports, { partition: this.standing.partition, last: this.last, after })) {
      await this.know(page);
      for (const alert of this.fold(page)) alerts.set(alert.id, alert);
    }
    // Whoever published this number had committed it: were it not there, folding on would lose changes without a word.
    if (this.isNew(after)) throw new Error(`Partition ${this.standing.partition}: change ${after.join('.')} was published, but is in no stored outcome`);
    return [...alerts.values()];
  }

  private fold(changes: readonly Numbered<Change>[]): Alert[] {
    const { changed, newest, outcomes, opened, resolved } = foldAlerts(this.known(changes), changes, {
      partition: this.standing.partition,
      now: this.ports.now(),
    });
    for (const [fingerprint, alert] of newest) this.newest.set(fingerprint, alert);
    for (const alert of changed) this.changed.set(alert.id, alert);
    for (const alert of opened) this.opened.push(alert);
    for (const alert of resolved) this.resolved.push(alert);
    this.last = outcomes[outcomes.length - 1]?.at ?? this.last;
    return outcomes.flatMap(({ alerts }) => alerts);
  }

  private known(changes: readonly Numbered<Change>[]): Episodes {
    const known = new Map<string, Alert>();
    for (const fingerprint of changes.flatMap(({ what }) => fingerprintsOf(what))) {
      const alert = this.newest.get(fingerprint);
      if (alert === undefined) throw new Error(`The episodes of ${fingerprint} were never read`);
      if (alert !== null) known.set(fingerprint, alert);
    }
    return known;
  }

  private isNew(at: ChangeNumber): boolean {
    return this.last === null || compareNumbers(at, this.last) > 0;
  }
}
