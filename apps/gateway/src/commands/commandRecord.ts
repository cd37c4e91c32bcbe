import { createHash } from 'node:crypto';
import { COMMAND_SOURCE, encodeEnvelope, partitionOf, showInstant, wireType, type EventName, type Instant } from '@quayside/contracts';

/** What a person wants, as the data of an event. */
export interface Command {
  readonly name: EventName;
  /** Owner of the record: its partition is that of the location, but for decisions about what was set aside, which name a partition. */
  readonly at: { readonly location: string } | { readonly partition: number };
  /** In an order of keys that follows from the kind of command alone: the hash is taken of it as it stands. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Where the caller gave one; otherwise it happens when it is taken. */
  readonly occurredAt?: Instant | null;
}
/** A record of `supply.events`, ready to be appended. */
export interface CommandRecord {
  readonly id: string;
  readonly hash: string;
  readonly partition: number;
  readonly key?: string;
  readonly value: string;
}

/**
 * The record of a command: a person's command takes effect where it stands in the log, like a warehouse's fact. Without
 * a `time` attribute unless the caller gave one, so that the same input asked again has the same content.
 */
export function commandRecord(
  { name, at, data, occurredAt = null }: Command,
  by: { readonly id: string; readonly actor: string; readonly now: Instant },
): CommandRecord {
  const type = wireType(name);
  const time = occurredAt === null ? {} : { time: showInstant(occurredAt) };
  const hash = createHash('sha256')
    .update(JSON.stringify({ data, ...time, type }))
    .digest('base64url');
  const value = encodeEnvelope({
    v: 1,
    occurredAt: occurredAt ?? by.now,
    receivedAt: by.now,
    hash,
    sender: `user:${by.actor}`,
    event: { specversion: '1.0', id: by.id, source: COMMAND_SOURCE, type, ...time, data: { ...data } },
  });
  return 'location' in at
    ? { id: by.id, hash, partition: partitionOf(at.location), key: at.location, value }
    : { id: by.id, hash, partition: at.partition, value };
}

/** Enough of a digest that no two people share it. */
const ACTOR_CHARACTERS = 16;

/** Id of the event that a user's idempotency key stands for: the same key of another user is another event. */
export function commandId(actor: string, idempotencyKey: string): string {
  return `${createHash('sha256').update(actor).digest('base64url').slice(0, ACTOR_CHARACTERS)}.${idempotencyKey}`;
}
