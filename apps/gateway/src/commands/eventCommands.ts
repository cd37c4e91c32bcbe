import { HOP_SOURCE, VOID_REASONS, VOIDABLE_EVENT_NAMES, wireType, type EventIdentity } from '@quayside/contracts';
import { readLedgerOf, readSourceEvents, type LedgerEntry, type SourceEvent } from '@quayside/store';
import { PAGE_MAX } from '../document/limits.js';
import type { GatewayContext } from '../context.js';
import { findEvents } from '../reads/eventRef.js';
import { asGiven, textOf } from '../reads/inputs.js';
import { InputReader } from './inputReader.js';
import { faultless, type ReadCommand, type Reading } from './readCommand.js';
import { runCommand } from './runCommand.js';
import type { CommandParts } from './stockCommands.js';
import type { UserError } from './userErrors.js';

export interface VoidEventPayload {
  /** The event that was taken back. */
  readonly event: SourceEvent | null;
  /** Rows of the void. */
  readonly entries: readonly LedgerEntry[] | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}
interface Target {
  event?: SourceEvent;
}

/** Takes events back. */
export class EventCommands {
  constructor(private readonly parts: CommandParts) {}

  async voidEvent(input: unknown, context: GatewayContext): Promise<VoidEventPayload> {
    const target: Target = {};
    const answer = await runCommand(this.parts, context, (reading) => this.read(input, reading, target));
    if (answer.done === null || target.event === undefined) return { event: null, entries: null, ...answer.payload };
    const { pool } = this.parts;
    const [[event = null], entries] = await Promise.all([readSourceEvents(pool, [target.event]), readLedgerOf(pool, [answer.done.place])]);
    return { event, entries, ...answer.payload };
  }

  private async read(input: unknown, { visible, actor }: Reading, target: Target): Promise<ReadCommand> {
    const reader = new InputReader(input, visible);
    const idempotencyKey = reader.idempotencyKey();
    const note = reader.reason('note');
    const reason = VOID_REASONS.find((each) => each.toUpperCase() === reader.given['reason']) ?? 'incorrect_data';
    const found = await findEvents(this.parts.pool, reader.given['event'], visible);
    const [event] = found;
    if (event === undefined) reader.add('NOT_FOUND', ['event'], 'There is no such event');
    else if (found.length > 1) reader.add('INVALID', ['event'], 'Its source used this id at several locations: name the event by its `id`');
    else whyNot(event).forEach((why) => reader.add('ILLEGAL_TRANSITION', ['event'], why));
    const correctiveEventIds = await this.readCorrections(reader);
    if (event !== undefined) target.event = event;
    const location = event?.location ?? '';
    const { source = '', id = '' } = event?.envelope?.event ?? {};
    const corrections = correctiveEventIds.length === 0 ? {} : { correctiveEventIds };
    return faultless(reader, { name: 'event.voided', at: { location }, data: { location, source, id, reason, ...corrections, actor, note } }, idempotencyKey);
  }

  private async readCorrections(reader: InputReader): Promise<EventIdentity[]> {
    const refs: unknown = reader.given['correctiveEvents'];
    if (!Array.isArray(refs)) return [];
    if (refs.length > PAGE_MAX) reader.add('TOO_MANY', ['correctiveEvents'], `At most ${PAGE_MAX} events`);
    const found = await Promise.all(refs.slice(0, PAGE_MAX).map((ref) => this.correctionOf(ref, reader)));
    found.forEach((identity, index) => {
      if (identity === null) reader.add('NOT_FOUND', ['correctiveEvents', String(index)], 'There is no such event');
    });
    return found.filter((identity) => identity !== null);
  }

  /** One named by its key may still be on its way. */
  private async correctionOf(ref: unknown, { visible }: InputReader): Promise<EventIdentity | null> {
    const key = asGiven(asGiven(ref)['key']);
    const [source, id] = [textOf(key, 'source'), textOf(key, 'id')];
    if (source !== null && id !== null && source !== '' && id !== '') return { source, id };
    const [event] = await findEvents(this.parts.pool, ref, visible);
    return event?.envelope == null ? null : { source: event.envelope.event.source, id: event.envelope.event.id };
  }
}

const VOIDABLE_TYPES = new Set(VOIDABLE_EVENT_NAMES.map(wireType));

/** Why an event cannot be taken back, in words; nothing where it can. Whether it was taken back already is for the log to say. */
function whyNot({ status, envelope }: SourceEvent): string[] {
  if (status === 'QUARANTINED' || status === 'DISMISSED' || envelope === null) return ['It was set aside and has no effect to take back'];
  const { type, source } = envelope.event;
  if (source === HOP_SOURCE) return ['It is the far end of another event: take that one back'];
  return VOIDABLE_TYPES.has(type) ? [] : [`Only physical facts can be taken back, and ${type} is none`];
}
