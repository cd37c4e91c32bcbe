import { readTopicEnds } from '@quayside/kafka';
import { acceptLoss, readFences } from '@quayside/store';
import { EXIT, Fault, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import type { Place } from './place.js';
import { logSettings, withStores } from './stores.js';

export interface ResumeAsked {
  readonly partition: number;
  readonly reason: string;
  readonly by: string;
}

/**
 * `quayside resume PARTITION --reason …`: an operator's decision to go on behind records that retention took before they
 * were applied. It is recorded; the owner goes on within seconds. Other halts cannot be decided away: they say what to mend.
 */
export async function resumeCommand(place: Place, asked: ResumeAsked, output: Output): Promise<ExitCode> {
  return withStores(place, async ({ database }) => {
    const fence = (await readFences(database.pool)).get(asked.partition);
    const ends = (await readTopicEnds(logSettings(place), 'events')).get(asked.partition);
    if (fence === undefined || ends === undefined) {
      throw new Fault({
        what: `Partition ${asked.partition} cannot be resumed`,
        why: 'nothing of it was ever applied',
        fix: 'Look at `doctor`: it lists the partitions that are halted.',
      });
    }
    const { low, high } = ends;
    if (fence.nextOffset > high) {
      throw new Fault({
        what: `Partition ${asked.partition} cannot be resumed`,
        why: `its log ends at ${high}, before ${fence.nextOffset}, which is already applied: the topic was deleted, made anew or truncated`,
        fix: 'Restore the topic from its backup, or start with an empty schema (QUAYSIDE_SCHEMA) on the new log; nothing that is applied can be taken back by guessing.',
      });
    }
    if (fence.nextOffset >= low) {
      output.result(
        { type: 'resume', partition: asked.partition, done: false },
        (colors) =>
          `${colors.yellow('•')} Partition ${asked.partition} lost no records: ${fence.nextOffset}, its next one, is in the log. Nothing was changed.`,
      );
      return EXIT.failed;
    }
    const done = await acceptLoss(database.pool, {
      partition: asked.partition,
      from: fence.nextOffset,
      to: low,
      code: 'RETENTION_PASSED',
      decidedBy: asked.by,
      reason: asked.reason,
      decidedAt: Date.now(),
    });
    if (!done)
      throw new Fault({ what: `Partition ${asked.partition} was not changed`, why: 'its position moved while you decided', fix: 'Look at `doctor` again.' });
    const lost = low - fence.nextOffset;
    output.result(
      { type: 'resume', partition: asked.partition, done: true, from: fence.nextOffset, to: low, lost },
      (colors) =>
        `${colors.green('✓')} Partition ${asked.partition} goes on at ${low}; ${lost} records are lost. Recorded as decided by ${asked.by}: ${asked.reason}`,
    );
    return EXIT.ok;
  });
}
