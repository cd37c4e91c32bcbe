import { fingerprintOfAlert, obeyCommands, type GivenCommand } from '@quayside/alerts';
import type { LogRecord, PartitionWork, TakeResult } from '@quayside/kafka';
import type { AlertingPorts } from './alertingPorts.js';
import { FoldSum } from './foldSum.js';
import { readStandings } from './knownStandings.js';
import { publishOwed } from './publishAlerts.js';
import { readCommand } from './readCommand.js';

/** Tries of one step against the owner of the changes, who moves the same fence all the time; then the loop begins again. */
const TRIES_MAX = 10;

type Positioned = GivenCommand & { readonly offset: number };

/**
 * Does what people want of episodes: the owner of a partition of `supply.commands`. It holds nothing between two steps, since the
 * owner of the changes, here or in another process, writes the same episodes: each step reads the fence, decides, and is
 * stored only if nobody has told anything meanwhile. Nothing in a command stops a partition.
 */
export class CommandWork implements PartitionWork {
  private readonly positions = new Map<number, number>();

  constructor(private readonly ports: AlertingPorts) {}

  async start(partition: number): Promise<number> {
    const fence = await this.ports.store.startFence(partition);
    await publishOwed(this.ports, partition, fence);
    this.positions.set(partition, fence.commandsOffset);
    return fence.commandsOffset;
  }

  async take(partition: number, records: readonly LogRecord[]): Promise<TakeResult> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const answer = await this.takeOnce(partition, records);
      if (answer !== 'again') return answer;
    }
    return { kind: 'refused' };
  }

  async look(partition: number): Promise<'same' | 'differs'> {
    const fence = await this.ports.store.readFence(partition);
    return fence?.commandsOffset === this.positions.get(partition) ? 'same' : 'differs';
  }

  drop(partition: number): void {
    this.positions.delete(partition);
  }

  private async takeOnce(partition: number, records: readonly LogRecord[]): Promise<TakeResult | 'again'> {
    const { ports } = this;
    const fence = await ports.store.readFence(partition);
    const first = records[0];
    const last = records[records.length - 1];
    if (first === undefined || last === undefined) return { kind: 'done', nextOffset: fence?.commandsOffset ?? 0 };
    // Below where the log begins there is nothing any more (7 days); above it somebody else has taken these.
    if (fence === null || fence.commandsOffset > first.offset) return { kind: 'refused' };
    const { given, unreadable } = sort(records);
    const standings = await readStandings(ports.store, { partition, fingerprints: given.map(({ command }) => fingerprintOfAlert(command.alertId)) });
    const { fold, ignored } = obeyCommands(standings, given);
    const sum = new FoldSum();
    sum.add(fold);
    const end = { partition, from: fence, nextOffset: fence.nextOffset, last: fence.last, commandsOffset: last.offset + 1 };
    const { commit, report } = sum.decide(ports, end, standings);
    const answer = await ports.store.commit(commit);
    if (answer.kind === 'refused') return 'again';
    ports.onCommitted(report);
    for (const each of unreadable) ports.onIgnored({ partition, ...each });
    for (const { given: each, why } of ignored) {
      ports.onIgnored({ partition, offset: each.offset, why: `${each.command.kind} of ${each.command.alertId}: ${why}` });
    }
    if (answer.fence.alertsOffset !== answer.fence.outboxNext) await publishOwed(ports, partition, answer.fence);
    this.positions.set(partition, answer.fence.commandsOffset);
    return { kind: 'done', nextOffset: answer.fence.commandsOffset };
  }
}

interface Sorted {
  readonly given: readonly Positioned[];
  readonly unreadable: readonly { readonly offset: number; readonly why: string }[];
}

function sort(records: readonly LogRecord[]): Sorted {
  const given: Positioned[] = [];
  const unreadable: { offset: number; why: string }[] = [];
  for (const record of records) {
    const read = readCommand(record);
    if (read.kind === 'read') given.push({ command: read.command, at: record.appendedAt, offset: record.offset });
    else unreadable.push({ offset: record.offset, why: read.why });
  }
  return { given, unreadable };
}
