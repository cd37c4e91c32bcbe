import { randomUUID } from 'node:crypto';
import { COMMAND_SOURCE } from '@quayside/contracts';
import type { Publisher } from '@quayside/kafka';
import { findCommandStates, findSourceEvents, readQuarantineStates, readSourceEvents, type Database, type SourceEvent } from '@quayside/store';
import { OUTCOME_MS_MAX, unavailable } from '../commands/commandLog.js';
import { commandId, commandRecord, type CommandRecord } from '../commands/commandRecord.js';
import { commanderOf } from '../commands/commander.js';
import { InputReader } from '../commands/inputReader.js';
import { fault, type UserError } from '../commands/userErrors.js';
import type { GatewayContext } from '../context.js';
import { PAGE_MAX } from '../document/limits.js';
import { decodeNodeId } from '../nodeId.js';
import { listOf } from '../reads/inputs.js';
import { seesEvent } from '../reads/seesEvent.js';
import { readSourceEventFilter } from '../reads/sourceEventFilter.js';
import { sees, type Visible } from '../visible.js';
import { correctData, placeOfRelease, releasePrefix, releaseRecord, requestDigest, whyStuck, type ReleaseAsked } from './releaseRecords.js';

export interface ReleaseEventsPayload {
  readonly matched: number;
  readonly released: number;
  readonly stillFailing: readonly SourceEvent[];
  readonly userErrors: readonly UserError[];
}
export interface DismissEventsPayload {
  readonly events: readonly SourceEvent[];
  readonly userErrors: readonly UserError[];
}
export interface QuarantineParts {
  readonly pool: Database['pool'];
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly now: () => number;
}

/** How often Postgres is asked whether decisions have been taken, ms. */
const LOOK_MS = 100;

interface Releasing {
  readonly event: SourceEvent;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** What people decide about records that were set aside: each decision is a record of the log, one an event. */
export class QuarantineCommands {
  constructor(private readonly parts: QuarantineParts) {}

  async release(input: unknown, context: GatewayContext): Promise<ReleaseEventsPayload> {
    const { id: actor } = commanderOf(context);
    const { visible } = context;
    const reader = new InputReader(input, visible);
    const key = reader.idempotencyKey();
    const { given } = reader;
    const ids = listOf(given, 'ids');
    const { filter, patch } = given;
    if ((ids === null) === (filter == null)) reader.add('INVALID', [], 'Give ids or a filter, and not both');
    if (patch != null && ids?.length !== 1) reader.add('INVALID', ['patch'], 'A patch is for one event: name it in `ids`');
    if (reader.faults.length > 0) return refused(reader.faults);
    const asked: ReleaseAsked = { actor, commandId: commandId(actor, key), request: requestDigest({ ids, filter, patch }), now: this.parts.now() };
    const known = given['dryRun'] === true ? [] : await findCommandStates(this.parts.pool, { source: COMMAND_SOURCE, id: releasePrefix(asked.commandId) });
    const isRepeat = known.length > 0;
    const places = known.flatMap(({ id }) => placeOfRelease(id) ?? []);
    const events = ids === null && !isRepeat ? await this.matching(filter, visible) : await this.named(ids, { places, visible });
    if (events.length > PAGE_MAX) return refused([fault('TOO_MANY', ['filter'], `More than ${PAGE_MAX} events match: narrow the filter`)]);
    const waiting = events.filter(({ status }) => isRepeat || status === 'QUARANTINED');
    const releasing = waiting.map((event): Releasing | string => correct(event, patch, visible));
    const faulty = releasing.find((each) => typeof each === 'string');
    if (typeof faulty === 'string') return { ...refused([fault('INVALID', ['patch'], faulty)]), matched: waiting.length };
    const all = releasing.filter((each) => typeof each !== 'string');
    const missing = missingErrors(ids, isRepeat ? events : waiting);
    if (given['dryRun'] === true) return dryRun(all, missing);
    const records = all.map(({ event, data }) => releaseRecord(event, data, asked));
    const hashes = new Map(known.map(({ id, hash }) => [id, hash]));
    if (isRepeat && (records.length < known.length || records.some(({ id, hash }) => hashes.has(id) && hashes.get(id) !== hash)))
      return refused([fault('IDEMPOTENCY_MISMATCH', ['idempotencyKey'], 'This key was used with another input: take a new one for a new command')]);
    await this.append(records.filter(({ id }) => !hashes.has(id)));
    return { ...(await this.releasedOf(records, asked)), userErrors: missing };
  }

  async dismiss(input: unknown, context: GatewayContext): Promise<DismissEventsPayload> {
    const { id: actor } = commanderOf(context);
    const reader = new InputReader(input, context.visible);
    const reason = reader.reason('reason');
    const ids = listOf(reader.given, 'ids') ?? [];
    if (ids.length === 0) reader.add('BLANK', ['ids'], 'Name at least one event');
    if (reader.faults.length > 0) return { events: [], userErrors: reader.faults };
    const events = await this.named(ids, { places: [], visible: context.visible });
    const waiting = events.filter(({ status }) => status === 'QUARANTINED');
    await this.append(
      waiting.map(({ partition, offset }) =>
        commandRecord({ name: 'quarantine.dismissed', at: { partition }, data: { offset, actor, reason } }, { id: randomUUID(), actor, now: this.parts.now() }),
      ),
    );
    await this.until(async () => (await readQuarantineStates(this.parts.pool, waiting)).every(({ state }) => state !== 'WAITING'));
    const after = await this.named(ids, { places: [], visible: context.visible });
    const userErrors = missingErrors(
      ids,
      after.filter(({ problem }) => problem !== null),
    );
    return { events: after.filter(({ status }) => status === 'DISMISSED'), userErrors: [...userErrors, ...goneErrors(ids, after)] };
  }

  /** Those that wait and match: one too many tells that there are more than one command takes. */
  private matching(filter: unknown, visible: Visible): Promise<SourceEvent[]> {
    return findSourceEvents(this.parts.pool, {
      filter: { ...readSourceEventFilter(filter, visible), statuses: ['QUARANTINED'] },
      before: {},
      limit: PAGE_MAX + 1,
    });
  }

  /** Those with these ids, or at these places, that may be seen; what is none of them is left out. */
  private async named(
    ids: readonly string[] | null,
    { places, visible }: { places: readonly { partition: number; offset: number }[]; visible: Visible },
  ): Promise<SourceEvent[]> {
    const refs = (ids ?? []).map(decodeNodeId).filter((ref) => ref?.kind === 'event');
    const wanted = new Map([...refs, ...places].map((place) => [`${place.partition}.${place.offset}`, place]));
    const found = await readSourceEvents(this.parts.pool, [...wanted.values()]);
    return found.filter((event) => seesEvent(visible, event));
  }

  private async append(records: readonly CommandRecord[]): Promise<void> {
    try {
      await this.parts.publisher.publish(
        'events',
        records.map(({ partition, value }) => ({ partition, value })),
      );
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  /** Waits until every decision has been taken, and tells what they came to. */
  private async releasedOf(records: readonly CommandRecord[], { commandId: id }: ReleaseAsked): Promise<Omit<ReleaseEventsPayload, 'userErrors'>> {
    const { pool } = this.parts;
    const taken = new Set<string>();
    await this.until(async () => {
      for (const state of await findCommandStates(pool, { source: COMMAND_SOURCE, id: releasePrefix(id) }))
        if (state.changes !== null || state.setAside !== null) taken.add(state.id);
      return records.every((record) => taken.has(record.id));
    });
    const decided = await readSourceEvents(
      pool,
      records.filter((record) => taken.has(record.id)).flatMap((record) => placeOfRelease(record.id) ?? []),
    );
    const stillFailing = decided.filter(({ status }) => status === 'QUARANTINED');
    return { matched: records.length, released: decided.length - stillFailing.length, stillFailing };
  }

  private async until(isSo: () => Promise<boolean>): Promise<void> {
    const deadline = this.parts.now() + OUTCOME_MS_MAX;
    while (!(await isSo()) && this.parts.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A record with its data corrected, or why it cannot be: a patch leads nowhere that the user may not see. */
function correct(event: SourceEvent, patch: unknown, visible: Visible): Releasing | string {
  if (patch == null) return { event, data: null };
  const correction = correctData(event, patch);
  if (correction.kind === 'refused') return correction.why;
  const { location } = correction.data;
  return typeof location === 'string' && !sees(visible, location) ? 'You have no such location' : { event, data: correction.data };
}

function dryRun(all: readonly Releasing[], userErrors: readonly UserError[]): ReleaseEventsPayload {
  const stillFailing = all.flatMap(({ event, data }) => {
    const why = whyStuck(event, data);
    return why === null ? [] : [{ ...event, problem: { reason: event.problem?.reason ?? 'UNREADABLE', detail: why } }];
  });
  return { matched: all.length, released: all.length - stillFailing.length, stillFailing, userErrors };
}

/** An id of nothing that waits is answered like one of nothing at all. */
function missingErrors(ids: readonly string[] | null, found: readonly SourceEvent[]): UserError[] {
  const places = new Set(found.map(({ partition, offset }) => `${partition}.${offset}`));
  return (ids ?? []).flatMap((id, index) => {
    const ref = decodeNodeId(id);
    const isFound = ref?.kind === 'event' && places.has(`${ref.partition}.${ref.offset}`);
    return isFound ? [] : [fault('NOT_FOUND', ['ids', String(index)], 'Nothing with this id waits in quarantine')];
  });
}

/** What was let through before cannot be dismissed any more. */
function goneErrors(ids: readonly string[], after: readonly SourceEvent[]): UserError[] {
  const released = after.filter(({ status, problem }) => problem !== null && status !== 'DISMISSED' && status !== 'QUARANTINED');
  const places = new Set(released.map(({ partition, offset }) => `${partition}.${offset}`));
  return ids.flatMap((id, index) => {
    const ref = decodeNodeId(id);
    return ref?.kind === 'event' && places.has(`${ref.partition}.${ref.offset}`)
      ? [fault('ILLEGAL_TRANSITION', ['ids', String(index)], 'It was released before')]
      : [];
  });
}

const refused = (userErrors: readonly UserError[]): ReleaseEventsPayload => ({ matched: 0, released: 0, stillFailing: [], userErrors });
