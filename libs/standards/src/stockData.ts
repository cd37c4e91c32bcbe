import { ADJUSTMENT_REASONS, BUCKETS, LINE_QUANTITY_MAX, type StockEventName } from '@quayside/contracts';
import { z } from 'zod';
import { ID_CHARACTERS_MAX } from './cloudEvent.js';
import { isDayOrInstant, isInstant } from './rfc3339.js';

/** Lines of one event (api.md, "Limits"). */
export const LINES_MAX = 5_000;
/** Serials of one line: as many as an event has lines at most. */
const SERIALS_MAX = LINES_MAX;
/** Free text, e.g. the reason of a return. */
const TEXT_CHARACTERS_MAX = 1_000;

/** Formats that zod cannot put into JSON Schema by itself: the same checks stand behind the schema's `format`. */
export const FORMATS = { 'quayside-instant': isInstant, 'quayside-day-or-instant': isDayOrInstant } as const;

/** JSON Schema cannot say that two fields differ; our validator knows this keyword, others take it for a remark. */
export const DIFFERENT_KEYWORD = 'x-different';

const code = z.string().min(1).max(ID_CHARACTERS_MAX);
const text = z.string().min(1).max(TEXT_CHARACTERS_MAX);
const bucket = z.enum(BUCKETS);
const instant = z
  .string()
  .refine(isInstant, { params: { problem: 'not-a-time' } })
  .meta({ format: 'quayside-instant' });
const dayOrInstant = z
  .string()
  .refine(isDayOrInstant, { params: { problem: 'not-a-time' } })
  .meta({ format: 'quayside-day-or-instant' });
const quantity = z.int().min(1).max(LINE_QUANTITY_MAX);
const delta = z
  .int()
  .min(-LINE_QUANTITY_MAX)
  .max(LINE_QUANTITY_MAX)
  .refine((value) => value !== 0, { params: { problem: 'must-not-be-zero' } })
  .meta({ not: { const: 0 } });

const lineHead = {
  line: z.int().min(1).max(LINE_QUANTITY_MAX).optional(),
  sku: code,
  lot: code.optional(),
  expiresAt: dayOrInstant.optional(),
  serials: z.array(code).min(1).max(SERIALS_MAX).optional(),
  bucket: bucket.optional(),
};
const quantityLines = z
  .array(z.strictObject({ ...lineHead, quantity }))
  .min(1)
  .max(LINES_MAX);
const deltaLines = z
  .array(z.strictObject({ ...lineHead, delta }))
  .min(1)
  .max(LINES_MAX);

/** `data` of each event that the door takes (domain.md, "Events"). Strict: a field that nobody reads is refused, so that a misspelt one is noticed. */
export const STOCK_DATA = {
  'stock.received': z.strictObject({
    location: code,
    purchaseOrder: code.optional(),
    shipment: code.optional(),
    condition: bucket.optional(),
    lines: quantityLines,
  }),
  'stock.shipped': z.strictObject({
    location: code,
    order: code.optional(),
    shipment: code.optional(),
    carrier: text.optional(),
    promisedAt: instant.optional(),
    lines: quantityLines,
  }),
  'stock.adjusted': z.strictObject({
    location: code,
    reason: z.enum(ADJUSTMENT_REASONS),
    actor: code.optional(),
    document: code.optional(),
    lines: deltaLines,
  }),
  'stock.returned': z.strictObject({ location: code, order: code.optional(), condition: bucket.optional(), reason: text.optional(), lines: quantityLines }),
  'stock.moved': z
    .strictObject({ location: code, to: code, document: code.optional(), lines: quantityLines })
    .refine((data) => data.to !== data.location, { path: ['to'], params: { problem: 'same-location' } })
    .meta({ [DIFFERENT_KEYWORD]: ['to', 'location'] }),
} as const satisfies Record<StockEventName, z.ZodType>;

/** Fields of the model that this version cannot resolve yet: taking them in silence would make stock wrong. */
export const NOT_YET: Readonly<Record<string, string>> = {
  gtin: 'items are named by sku for now; gtin is not resolved yet',
  uom: 'quantities are in the base unit for now; uom is not converted yet',
  destination: 'stock in transit is not followed yet; leave destination out',
};
