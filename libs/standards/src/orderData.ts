import { z } from 'zod';
import { code, demandLines, instant, lineNumber, LINES_MAX, linesOf, policy, quantityOrNone, text } from './dataFields.js';
import { eachLineOnce, LINE_ONCE_KEYWORD } from './dataRules.js';

/** Greatest priority of an order: sorting needs no more, and a column of 32 bits holds it. */
const PRIORITY_MAX = 1_000_000;

const head = { location: code, order: code };
const promises = { promisedShipBy: instant.optional(), promisedDeliverBy: instant.optional() };
/** What an amendment changes: one of them at least. */
const AMENDED = ['lines', 'promisedShipBy', 'promisedDeliverBy'] as const;

/** `data` of what is asked of us and of how it changes. */
export const ORDER_DATA = {
  'order.placed': z.strictObject({
    ...head,
    customer: code.optional(),
    shipTo: text.optional(),
    priority: z.int().min(0).max(PRIORITY_MAX).optional(),
    ...promises,
    policy: policy.optional(),
    lines: demandLines,
  }),
  'order.amended': z
    .strictObject({
      ...head,
      lines: linesOf({ line: lineNumber, sku: code, quantity: quantityOrNone })
        .superRefine(eachLineOnce)
        .meta({ [LINE_ONCE_KEYWORD]: true })
        .optional(),
      ...promises,
    })
    .refine((data) => AMENDED.some((name) => data[name] !== undefined), { params: { problem: 'nothing-to-do' } })
    .meta({ anyOf: AMENDED.map((name) => ({ required: [name] })) }),
  'order.cancelled': z.strictObject({
    ...head,
    lines: z
      .array(lineNumber)
      .min(1)
      .max(LINES_MAX)
      .refine((lines) => new Set(lines).size === lines.length, { params: { problem: 'line-twice' } })
      .meta({ uniqueItems: true })
      .optional(),
    reason: text.optional(),
  }),
  'order.held': z.strictObject({ ...head, reason: text }),
  'order.holdReleased': z.strictObject({ ...head, reason: text.optional() }),
} as const;
