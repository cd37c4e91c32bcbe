import { createHash } from 'node:crypto';
import { partitionOf, readEnvelope, readEvent, type EventEnvelope } from '@quayside/contracts';
import type { SourceEvent } from '@quayside/store';
import { commandRecord, type Command, type CommandRecord } from '../commands/commandRecord.js';
import { applyJsonPatch } from './jsonPatch.js';

/** What is to be released, as it was asked for. */
export interface ReleaseAsked {
  readonly actor: string;
  /** Of the command: its events' records have ids that begin with it. */
  readonly commandId: string;
  /** Digest of the input: the same key with another input has other records. */
  readonly request: string;
  readonly now: number;
}
/** A digest of an input, whatever the order of its ids. */
export function requestDigest(input: { readonly ids: readonly string[] | null; readonly filter: unknown; readonly patch: unknown }): string {
  const ids = input.ids === null ? null : [...input.ids].sort();
  return createHash('sha256')
    .update(JSON.stringify([ids, input.filter ?? null, input.patch ?? null]))
    .digest('base64url');
}

/** Ids of a command's records begin with this. */
export const releasePrefix = (commandId: string): string => `${commandId}:`;

/** Where the quarantined record of a release stands, by the release's id; null for an id that is none. */
export function placeOfRelease(id: string): { readonly partition: number; readonly offset: number } | null {
  const [, partition, offset] = /:(\d{1,4})\.(\d{1,16})$/.exec(id) ?? [];
  return partition === undefined || offset === undefined ? null : { partition: Number(partition), offset: Number(offset) };
}

/** The decision that lets one record through, as the CLI writes it; `data` stands in place of the event's own. */
export function releaseRecord(
  { partition, offset }: SourceEvent,
  data: Readonly<Record<string, unknown>> | null,
  { actor, commandId, request, now }: ReleaseAsked,
): CommandRecord {
  const command: Command = {
    name: 'quarantine.released',
    at: { partition },
    data: { offset, actor, reason: 'released in GraphQL', request, ...(data !== null && { data }) },
  };
  return commandRecord(command, { id: `${releasePrefix(commandId)}${partition}.${offset}`, actor, now });
}

export type Correction = { readonly kind: 'data'; readonly data: Readonly<Record<string, unknown>> } | { readonly kind: 'refused'; readonly why: string };

/** The event's `data` after a patch on its payload; only `data` can be corrected: the rest is who said what, and when. */
export function correctData({ envelope }: SourceEvent, patch: unknown): Correction {
  if (envelope === null)
    return { kind: 'refused', why: 'The record cannot be read, so there is nothing to correct: send the event again, and dismiss this one' };
  const patched = applyJsonPatch(envelope.event, patch);
  if (patched.kind === 'refused') return { kind: 'refused', why: patched.at === null ? patched.why : `Operation ${patched.at}: ${patched.why}` };
  const { document } = patched;
  if (!isObject(document) || !isObject(document['data'])) return { kind: 'refused', why: '`data` has to be an object still' };
  const { data, ...rest } = document;
  const { data: _before, ...others } = envelope.event;
  if (JSON.stringify(rest) !== JSON.stringify(others)) return { kind: 'refused', why: 'Only what is under /data can be corrected' };
  return { kind: 'data', data };
}

/** Why letting a record through would come to nothing; null where it would be taken. The rules of stock have their say where it is decided. */
export function whyStuck(event: SourceEvent, data: Readonly<Record<string, unknown>> | null): string | null {
  if (event.problem?.reason === 'ID_CONFLICT') return 'Its id belongs to another event: dismiss it, or send it again under a new id';
  try {
    const envelope = readEnvelope(event.record);
    const released = readEvent(sentAs(envelope, data), envelope.occurredAt);
    if (!('location' in released)) return 'A decision cannot be released';
    return partitionOf(released.location) === event.partition
      ? null
      : `Location ${released.location} is owned by another partition: send it again through ingest`;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return `Still unreadable: ${cause.message}`;
    throw cause;
  }
}

const sentAs = ({ event }: EventEnvelope, data: Readonly<Record<string, unknown>> | null): EventEnvelope['event'] =>
  data === null ? event : { ...event, data: { ...data } };
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
