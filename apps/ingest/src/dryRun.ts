import {
  available,
  decodeEventRecord,
  encodeEnvelopeAround,
  levelKey,
  onHand,
  partitionOf,
  showInstant,
  splitLevelKey,
  wireType,
  type FoldedEvent,
  type Instant,
  type Level,
} from '@quayside/contracts';
import { identityKey, settleRepeats, type AcceptedItem, type AdmittedItem, type SettledItem } from '@quayside/standards';
import type { EventStore } from './eventStore.js';
import { rejectedResult } from './eventsAnswer.js';
import { TrialLevels, type TrialLevel } from './trialLevels.js';
import { levelsNamed, tryEvent, type Tried } from './tryEvent.js';

/** What the events of a request would do if they came next, in their order. */
export interface DryRun {
  readonly items: readonly SettledItem[];
  /** Of each accepted item, in the order of `items`. */
  readonly tried: readonly { readonly event: FoldedEvent; readonly result: Tried }[];
  /** Levels that the events name, before and after all of them. */
  readonly levels: ReturnType<TrialLevels['list']>;
}

export interface TryingOut {
  readonly store: EventStore;
  /** Content hash by identityKey of what the door itself remembers; the store knows the rest. */
  readonly hashOf: (identity: string) => string | undefined;
  readonly now: Instant;
}

/** Settles events and tries them out over the levels of this moment; writes nothing. Rejects StoreUnavailable. */
export async function dryRun(admitted: readonly AdmittedItem[], { store, hashOf, now }: TryingOut): Promise<DryRun> {
  const accepted = admitted.filter((item) => item.kind === 'accepted');
  const known = await store.readKnown(accepted.map(({ envelope }) => envelope.event));
  const stored = new Map(known.flatMap((event) => (event.hash === null ? [] : [[identityKey(event), event.hash]])));
  const voided = new Set(known.flatMap((event) => (event.hash === null ? [`${event.partition} ${identityKey(event)}`] : [])));
  const items = settleRepeats(admitted, (identity) => stored.get(identity) ?? hashOf(identity));
  const fresh = items.filter((item) => item.kind === 'accepted');
  const events = fresh.map(readBack);
  const keys = new Set(events.flatMap(levelsNamed).map(({ location, sku }) => levelKey(location, sku)));
  const levels = new TrialLevels(new Map((await store.readLevels([...keys].map(splitLevelKey))).map((level) => [levelKey(level.location, level.sku), level])));
  const tried = events.map((event) => {
    const isVoided = voided.has(`${partitionOf(event.location)} ${identityKey(event)}`);
    return { event, result: isVoided ? withoutEffect(event) : tryEvent(event, levels, now) };
  });
  return { items, tried, levels: levels.list() };
}

/** The event as inventory would read it back. */
function readBack({ envelope, text }: AcceptedItem): FoldedEvent {
  const { event } = decodeEventRecord(new TextEncoder().encode(encodeEnvelopeAround(envelope, text)));
  if (!('location' in event)) throw new Error(`${event.name} cannot be tried out`);
  return event;
}

const withoutEffect = ({ occurredAt }: FoldedEvent): Tried => ({
  kind: 'asked',
  occurredAt,
  effect: 'It was taken back before it came: its void waits for it, and it will have no effect.',
  exceptions: [],
});

/** The body of a dry run's answer. */
export function showDryRun({ items, tried, levels }: DryRun, requestId: string): object {
  let next = 0;
  const results = items.map((item, index) => {
    if (item.kind === 'refused') return { index, ...rejectedResult(item, requestId) };
    const { id, source } = item.envelope.event;
    if (item.kind === 'repeated') return { index, id, source, status: 'DUPLICATE' };
    return { index, id, source, ...showTried(tried[next++]) };
  });
  const count = (kind: SettledItem['kind']): number => items.filter((item) => item.kind === kind).length;
  return {
    dryRun: true,
    status: count('refused') === 0 ? 'ACCEPTED' : 'PARTIALLY_ACCEPTED',
    accepted: count('accepted'),
    duplicates: count('repeated'),
    rejected: count('refused'),
    results,
    levels: levels.map(({ now, after }) => ({
      location: after.level.location,
      sku: after.level.sku,
      now: showNumbers({ level: now, isStockKnown: true, isReservedKnown: true }),
      after: showNumbers(after),
    })),
  };
}

function showTried(tried: DryRun['tried'][number] | undefined): object {
  if (tried === undefined) throw new Error('An accepted event that was not tried out');
  const { event, result } = tried;
  const head = { type: wireType(event.name), location: event.location, occurredAt: showInstant(event.occurredAt) };
  if (result.kind === 'setAside') return { status: 'QUARANTINED', ...head, reason: result.reason, detail: result.detail, lines: [], exceptions: [] };
  const effect = result.kind === 'asked' ? { effect: result.effect } : {};
  return { status: 'ACCEPTED', ...head, lines: result.kind === 'booked' ? result.lines : [], exceptions: result.exceptions, ...effect };
}

/** Numbers of a level; 0 of one that does not exist yet, null where they depend on what is decided in the log only. */
function showNumbers({ level, isStockKnown, isReservedKnown }: Omit<TrialLevel, 'level'> & { readonly level: Level | null }): object {
  if (level === null) return { onHand: 0, available: 0, sellable: 0, inspection: 0, hold: 0, damaged: 0, reserved: 0, version: 0 };
  const { sellable, inspection, hold, damaged, reserved, version } = level;
  const isKnown = isStockKnown && isReservedKnown;
  const stock = { onHand: onHand(level), sellable, inspection, hold, damaged };
  return {
    ...(isStockKnown ? stock : { onHand: null, sellable: null, inspection: null, hold: null, damaged: null }),
    available: isKnown ? available(level) : null,
    reserved: isReservedKnown ? reserved : null,
    version: isKnown ? version : null,
  };
}
