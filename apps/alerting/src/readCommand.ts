import { partitionOfAlert, type AlertCommand } from '@quayside/contracts';
import type { LogRecord } from '@quayside/kafka';
import { z } from 'zod';

const head = { v: z.literal(1), id: z.string().min(1).max(256), alertId: z.string().min(1).max(1_024), by: z.string().min(1).max(256), at: z.int().min(0) };
const said = z.string().max(100_000);
const command = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('acknowledge'), comment: said.optional() }),
  z.object({ ...head, kind: z.literal('snooze'), until: z.int().min(0), comment: said.optional() }),
  z.object({ ...head, kind: z.literal('resolve'), comment: said }),
  z.object({ ...head, kind: z.literal('comment'), comment: said }),
]);

export type CommandRead = { readonly kind: 'read'; readonly command: AlertCommand } | { readonly kind: 'unreadable'; readonly why: string };

/** Reads a record of `supply.commands`. What is none, or of an episode of another partition, is told and never stops the partition. */
export function readCommand({ partition, value }: LogRecord): CommandRead {
  if (value === null) return { kind: 'unreadable', why: 'it has no value' };
  const read = command.safeParse(parse(value));
  if (!read.success) return { kind: 'unreadable', why: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
  const owner = partitionOfAlert(read.data.alertId);
  if (owner !== partition) return { kind: 'unreadable', why: `it stands in partition ${partition}, its episode in ${owner ?? 'none'}` };
  return { kind: 'read', command: withoutUndefined(read.data) };
}

function parse(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return null; // No command, as the schema will say.
  }
}

/** zod's optional fields may be undefined, ours are absent. */
function withoutUndefined(read: z.infer<typeof command>): AlertCommand {
  if (read.kind !== 'acknowledge' && read.kind !== 'snooze') return read;
  const { comment, ...rest } = read;
  return comment === undefined ? rest : { ...rest, comment };
}
