import { ADJUSTMENT_REASONS, type EventName, INTERNAL_EVENT_NAMES, STOCK_EVENT_NAMES, type SupplyEvent } from './event.js';
import type { CloudEventSent } from './eventRecord.js';
import type { Instant } from './instant.js';
import { BUCKETS } from './level.js';
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

const NAME_OF_TYPE = new Map<string, EventName>([...STOCK_EVENT_NAMES, ...INTERNAL_EVENT_NAMES].map((name) => [`quayside.${name}.v1`, name]));

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

  lines<T>(read: (line: Fields) => T): T[] {
    const value = this.all['lines'];
    if (!Array.isArray(value) || value.length === 0) return this.wrong('lines', 'a list of lines');
    return value.map((line, index) => read(new Fields(line, `${this.path}.lines.${index}`)));
  }

  private wrong(key: string, wanted: string): never {
    throw new UnreadableRecord(`${this.path}.${key} is not ${wanted}`);
  }
}
