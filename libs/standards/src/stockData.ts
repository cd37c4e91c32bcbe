import { ADJUSTMENT_REASONS } from '@quayside/contracts';
import { z } from 'zod';
import { bucket, code, conditionalLines, countLines, deltaLines, instant, quantityLines, quantityLinesWithoutBucket, text } from './dataFields.js';
import { COUNTED_ONCE_KEYWORD, DIFFERENT_KEYWORD, eachCountedOnce } from './dataRules.js';

/** `data` of what happens to goods, is found of them, or is asked for them. */
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
  'stock.moved': z
    .strictObject({ location: code, to: code, document: code.optional(), lines: quantityLines })
    .refine((data) => data.to !== data.location, { path: ['to'], params: { problem: 'same-location' } })
    .meta({ [DIFFERENT_KEYWORD]: ['to', 'location'] }),
  'stock.dispositionChanged': z
    .strictObject({ location: code, from: bucket, to: bucket, reason: text, lines: quantityLinesWithoutBucket })
    .refine((data) => data.to !== data.from, { path: ['to'], params: { problem: 'same-bucket' } })
    .meta({ [DIFFERENT_KEYWORD]: ['to', 'from'] }),
  'stock.returned': z.strictObject({ location: code, order: code.optional(), condition: bucket.optional(), reason: text.optional(), lines: quantityLines }),
  'stock.adjusted': z.strictObject({
    location: code,
    reason: z.enum(ADJUSTMENT_REASONS),
    actor: code.optional(),
    document: code.optional(),
    lines: deltaLines,
  }),
  'stock.counted': z.strictObject({
    location: code,
    count: code.optional(),
    actor: code.optional(),
    complete: z.boolean().optional(),
    lines: countLines.superRefine(eachCountedOnce).meta({ [COUNTED_ONCE_KEYWORD]: true }),
  }),
  'adjustment.requested': z.strictObject({
    location: code,
    reason: z.enum(ADJUSTMENT_REASONS),
    actor: code,
    document: code.optional(),
    lines: conditionalLines,
  }),
} as const;
