import {
  ADJUSTMENT_REASONS,
  type CountLine,
  DOOR_EVENT_NAMES,
  type EventIdentity,
  type EventName,
  INTERNAL_EVENT_NAMES,
  type SupplyEvent,
  VOID_REASONS,
} from './event.js';
import type { CloudEventSent } from './eventRecord.js';
import { instantOf, type Instant } from './instant.js';
import { BUCKETS } from './level.js';
import { RESERVATION_POLICIES } from './promise.js';
import { LINE_QUANTITY_MAX } from './quantity.js';
import { UnreadableRecord } from './unreadableRecord.js';

/**
 * An event in the form that the rules work on. The door has refused what is not right; this looks at the same fields
 * once more where they are used, since others can write to a topic too: what it gives is true to its type.
 * Throws UnreadableRecord that names the field.
 */
export function readEvent(sent: CloudEventSent, occurredAt: Instant): SupplyEvent {
  const name = NAME_OF_TYPE.get(sent.type);
  if (name === undefined) throw new UnreadableRecord(`unknown event type ${JSON.stringify(sent.type)}`);
  const data = new Fields(sent.data, 'data');
  const attributes = new Fields(sent, 'event');
  const head = { source: attributes.text('source'), id: attributes.text('id'), occurredAt, sequence: attributes.wholeText('sequence') };
  return { ...head, ...READERS[name](data) } as SupplyEvent;
}

const NAME_OF_TYPE = new Map<string, EventName>([...DOOR_EVENT_NAMES, ...INTERNAL_EVENT_NAMES].map((name) => [`quayside.${name}.v1`, name]));

type Read<Name extends EventName> = Omit<Extract<SupplyEvent, { name: Name }>, 'source' | 'id' | 'occurredAt' | 'sequence'>;

const READERS: { readonly [Name in EventName]: (data: Fields) => Read<Name> } = {
  'stock.received': (data) => ({
    name: 'stock.received',
    location: data.text('location'),
    lines: data.lines(quantityLine),
    ...data.optional('condition', data.oneOf(BUCKETS)),
    ...data.optional('purchaseOrder', data.code),
    ...data.optional('shipment', data.code),
  }),
  'stock.shipped': (data) => ({
    name: 'stock.shipped',
    location: data.text('location'),
    lines: data.lines(quantityLine),
    ...data.optional('order', data.code),
    ...data.optional('shipment', data.code),
  }),
  'stock.moved': (data) => ({
    name: 'stock.moved',
    location: data.text('location'),
    to: data.text('to'),
    lines: data.lines(quantityLine),
    ...data.optional('document', data.code),
  }),
  'stock.returned': (data) => ({
    name: 'stock.returned',
    location: data.text('location'),
    lines: data.lines(quantityLine),
    ...data.optional('condition', data.oneOf(BUCKETS)),
    ...data.optional('order', data.code),
    ...data.optional('reason', data.code),
  }),
  'stock.adjusted': (data) => ({
    name: 'stock.adjusted',
    location: data.text('location'),
    lines: data.lines(deltaLine),
    reason: data.oneOf(ADJUSTMENT_REASONS)('reason'),
    ...data.optional('actor', data.code),
    ...data.optional('document', data.code),
  }),
  'stock.dispositionChanged': (data) => ({
    name: 'stock.dispositionChanged',
    location: data.text('location'),
    from: data.oneOf(BUCKETS)('from'),
    to: data.oneOf(BUCKETS)('to'),
    reason: data.text('reason'),
    lines: data.lines(quantityLine),
  }),
  'stock.counted': (data) => ({
    name: 'stock.counted',
    location: data.text('location'),
    lines: eachKeyOnce(data.lines(countLine)),
    ...data.optional('complete', data.boolean),
    ...data.optional('count', data.code),
    ...data.optional('actor', data.code),
  }),
  'adjustment.requested': (data) => ({
    name: 'adjustment.requested',
    location: data.text('location'),
    lines: data.lines(conditionalLine),
    reason: data.oneOf(ADJUSTMENT_REASONS)('reason'),
    actor: data.text('actor'),
    ...data.optional('document', data.code),
  }),
  'order.placed': (data) => ({
    name: 'order.placed',
    ...orderHead(data),
    lines: eachLineOnce(data.lines(demandLine(1))),
    ...data.optional('customer', data.text),
    ...data.optional('shipTo', data.text),
    ...data.optional('priority', (key) => data.between(key, { min: 0, max: LINE_QUANTITY_MAX })),
    ...data.optional('promisedShipBy', data.instant),
    ...data.optional('promisedDeliverBy', data.instant),
    ...data.optional('policy', data.oneOf(RESERVATION_POLICIES)),
  }),
  'order.amended': (data) => ({
    name: 'order.amended',
    ...orderHead(data),
    ...data.optional('lines', () => eachLineOnce(data.lines(demandLine(0)))),
    ...data.optional('promisedShipBy', data.instant),
    ...data.optional('promisedDeliverBy', data.instant),
  }),
  'order.cancelled': (data) => ({
    name: 'order.cancelled',
    ...orderHead(data),
    ...data.optional('lines', data.wholes),
    ...data.optional('reason', data.text),
  }),
  'order.held': (data) => ({ name: 'order.held', ...orderHead(data), reason: data.text('reason') }),
  'order.holdReleased': (data) => ({ name: 'order.holdReleased', ...orderHead(data), ...data.optional('reason', data.text) }),
  'reservation.requested': (data) => ({
    name: 'reservation.requested',
    ...reservationHead(data),
    lines: eachLineOnce(data.lines(demandLine(1))),
    ...data.optional('order', data.code),
    ...data.optional('expiresAt', data.instant),
    ...data.optional('policy', data.oneOf(RESERVATION_POLICIES)),
  }),
  'reservation.released': (data) => ({
    name: 'reservation.released',
    ...reservationHead(data),
    ...data.optional('line', data.whole),
    ...data.optional('quantity', (key) => data.between(key, { min: 1, max: LINE_QUANTITY_MAX })),
    ...data.optional('reason', data.text),
  }),
  'reservation.extended': (data) => ({ name: 'reservation.extended', ...reservationHead(data), expiresAt: data.instant('expiresAt') }),
  'reservation.expired': (data) => ({ name: 'reservation.expired', ...reservationHead(data), expiryOffset: data.whole('expiryOffset') }),
  'event.voided': (data) => ({
    name: 'event.voided',
    location: data.text('location'),
    target: { source: data.text('source'), id: data.text('id') },
    reason: data.oneOf(VOID_REASONS)('reason'),
    ...data.optional('correctiveEventIds', () => data.list('correctiveEventIds', identity)),
    ...data.optional('actor', data.text),
    ...data.optional('note', data.text),
  }),
  'hop.voided': (data) => ({
    name: 'hop.voided',
    location: data.text('location'),
    from: data.text('from'),
    target: identity(data.inner('target')),
    cause: identity(data.inner('cause')),
  }),
  'policy.set': (data) => ({
    name: 'policy.set',
    location: data.text('location'),
    sku: data.text('sku'),
    ...data.optional('reorderPoint', data.wholeOrNull),
    ...data.optional('safetyStock', data.wholeOrNull),
    ...data.optional('actor', data.code),
  }),
  'hop.stockIn': (data) => {
    const cause = data.inner('cause');
    return {
      name: 'hop.stockIn',
      location: data.text('location'),
      from: data.text('from'),
      lines: data.lines(quantityLine),
      ...data.optional('document', data.code),
      cause: { source: cause.text('source'), id: cause.text('id') },
    };
  },
  'quarantine.released': (data) => ({
    name: 'quarantine.released',
    offset: data.whole('offset'),
    actor: data.text('actor'),
    reason: data.text('reason'),
    ...data.optional('data', (key) => data.inner(key).all),
  }),
  'quarantine.dismissed': (data) => ({ name: 'quarantine.dismissed', offset: data.whole('offset'), actor: data.text('actor'), reason: data.text('reason') }),
};

const lineHead = (line: Fields) => ({
  sku: line.text('sku'),
  ...line.optional('line', line.whole),
  ...line.optional('lot', line.code),
  ...line.optional('bucket', line.oneOf(BUCKETS)),
});
const quantityLine = (line: Fields) => ({ ...lineHead(line), quantity: line.between('quantity', { min: 1, max: LINE_QUANTITY_MAX }) });
const deltaLine = (line: Fields) => ({ ...lineHead(line), delta: line.between('delta', { min: -LINE_QUANTITY_MAX, max: LINE_QUANTITY_MAX }) });

const countLine = (line: Fields): CountLine => ({ ...lineHead(line), counted: line.between('counted', { min: 0, max: LINE_QUANTITY_MAX }) });
const conditionalLine = (line: Fields) => ({
  ...deltaLine(line),
  expectedOnHand: line.between('expectedOnHand', { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
});
/** Lines without a number are numbered by their place, from 1. */
const demandLine = (min: number) => (line: Fields, index: number) => ({
  line: line.all['line'] === undefined ? index + 1 : line.between('line', { min: 1, max: LINE_QUANTITY_MAX }),
  sku: line.text('sku'),
  quantity: line.between('quantity', { min, max: LINE_QUANTITY_MAX }),
});
const identity = (fields: Fields): EventIdentity => ({ source: fields.text('source'), id: fields.text('id') });
const orderHead = (data: Fields) => ({ location: data.text('location'), order: data.text('order') });
const reservationHead = (data: Fields) => ({ location: data.text('location'), reservation: data.text('reservation') });

/** A number identifies a line. */
function eachLineOnce<Line extends { readonly line: number }>(lines: readonly Line[]): readonly Line[] {
  if (new Set(lines.map(({ line }) => line)).size < lines.length) throw new UnreadableRecord('data.lines has a line number twice');
  return lines;
}

/** A count is an observation of exactly one key each. */
function eachKeyOnce(lines: readonly CountLine[]): readonly CountLine[] {
  const keys = lines.map(({ sku, bucket = 'sellable', lot }) => JSON.stringify([sku, bucket, lot ?? null]));
  if (new Set(keys).size < lines.length) throw new UnreadableRecord('data.lines counts one (sku, bucket, lot) twice');
  return lines;
}

/** Postgres has no NUL, a level's key is cut at a tab, and a lone surrogate silently becomes another text: the door refuses all of them. */
const UNFIT = /\p{Cc}|\p{Surrogate}/u;

/** Fields of a JSON object, each read as what it has to be. */
class Fields {
  readonly all: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly path: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnreadableRecord(`${path} is no object`);
    this.all = value as Record<string, unknown>;
  }

  readonly text = (key: string): string => {
    const value = this.all[key];
    return typeof value === 'string' && value !== '' && !UNFIT.test(value) ? value : this.wrong(key, 'a text without control characters');
  };
  readonly code = this.text;
  readonly whole = (key: string): number => this.between(key, { min: 0, max: Number.MAX_SAFE_INTEGER });
  readonly wholeOrNull = (key: string): number | null => (this.all[key] === null ? null : this.whole(key));

  between(key: string, { min, max }: { min: number; max: number }): number {
    const value = this.all[key];
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : this.wrong(key, `a whole number from ${min} to ${max}`);
  }

  /** A whole number, also as text (an extension attribute of CloudEvents); 0 where it is absent. */
  wholeText(key: string): number {
    const value = this.all[key] ?? 0;
    const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : this.wrong(key, 'a whole number');
  }

  oneOf<const Words extends readonly string[]>(words: Words): (key: string) => Words[number] {
    return (key) => words.find((word) => word === this.all[key]) ?? this.wrong(key, `one of ${words.join(', ')}`);
  }

  optional<const Key extends string, T>(key: Key, read: (key: string) => T): { [K in Key]?: T } {
    return (this.all[key] === undefined ? {} : { [key]: read(key) }) as { [K in Key]?: T };
  }

  inner(key: string): Fields {
    return new Fields(this.all[key], `${this.path}.${key}`);
  }

  readonly instant = (key: string): Instant => {
    const value = this.all[key];
    return (typeof value === 'string' ? instantOf(value) : null) ?? this.wrong(key, 'a time');
  };
  readonly boolean = (key: string): boolean => {
    const value = this.all[key];
    return typeof value === 'boolean' ? value : this.wrong(key, 'true or false');
  };
  readonly wholes = (key: string): readonly number[] => {
    const value = this.all[key];
    return Array.isArray(value) && value.length > 0 && value.every((each) => Number.isSafeInteger(each) && each >= 0)
      ? (value as readonly number[])
      : this.wrong(key, 'a list of whole numbers');
  };

  lines<T>(read: (line: Fields, index: number) => T): T[] {
    const lines = this.list('lines', read);
    return lines.length === 0 ? this.wrong('lines', 'a list of lines') : lines;
  }

  list<T>(key: string, read: (each: Fields, index: number) => T): T[] {
    const value = this.all[key];
    if (!Array.isArray(value)) return this.wrong(key, 'a list');
    return value.map((each, index) => read(new Fields(each, `${this.path}.${key}.${index}`), index));
  }

  private wrong(key: string, wanted: string): never {
    throw new UnreadableRecord(`${this.path}.${key} is not ${wanted}`);
  }
}
