import { BUCKETS, LINE_QUANTITY_MAX, RESERVATION_POLICIES } from '@quayside/contracts';
import { z } from 'zod';
import { ID_CHARACTERS_MAX } from './cloudEvent.js';
import { eachLineOnce, LINE_ONCE_KEYWORD } from './dataRules.js';
import { isDayOrInstant, isInstant } from './rfc3339.js';

/** Lines of one event (api.md, "Limits"). */
export const LINES_MAX = 5_000;
/** Serials of one line: as many as an event has lines at most. */
const SERIALS_MAX = LINES_MAX;
/** Free text, e.g. the reason of a return. */
const TEXT_CHARACTERS_MAX = 1_000;

/** Formats that zod cannot put into JSON Schema by itself: the same checks stand behind the schema's `format`. */
export const FORMATS = { 'quayside-instant': isInstant, 'quayside-day-or-instant': isDayOrInstant } as const;

export const code = z.string().min(1).max(ID_CHARACTERS_MAX);
export const text = z.string().min(1).max(TEXT_CHARACTERS_MAX);
export const bucket = z.enum(BUCKETS);
export const policy = z.enum(RESERVATION_POLICIES);
export const instant = z
  .string()
  .refine(isInstant, { params: { problem: 'not-a-time' } })
  .meta({ format: 'quayside-instant' });
const dayOrInstant = z
  .string()
  .refine(isDayOrInstant, { params: { problem: 'not-a-time' } })
  .meta({ format: 'quayside-day-or-instant' });

export const lineNumber = z.int().min(1).max(LINE_QUANTITY_MAX);
export const quantity = z.int().min(1).max(LINE_QUANTITY_MAX);
/** What was counted, or is wanted from now on: none is an answer too. */
export const quantityOrNone = z.int().min(0).max(LINE_QUANTITY_MAX);
const delta = z
  .int()
  .min(-LINE_QUANTITY_MAX)
  .max(LINE_QUANTITY_MAX)
  .refine((value) => value !== 0, { params: { problem: 'must-not-be-zero' } })
  .meta({ not: { const: 0 } });

/** Of a line whose goods stand in one bucket that the event names. */
const goods = {
  line: lineNumber.optional(),
  sku: code,
  lot: code.optional(),
  expiresAt: dayOrInstant.optional(),
  serials: z.array(code).min(1).max(SERIALS_MAX).optional(),
};

/** A list of lines, each strict: a field that nobody reads is refused. */
export const linesOf = <Line extends z.core.$ZodLooseShape>(line: Line) => z.array(z.strictObject(line)).min(1).max(LINES_MAX);

export const quantityLines = linesOf({ ...goods, bucket: bucket.optional(), quantity });
export const quantityLinesWithoutBucket = linesOf({ ...goods, quantity });
export const deltaLines = linesOf({ ...goods, bucket: bucket.optional(), delta });
export const conditionalLines = linesOf({ ...goods, bucket: bucket.optional(), delta, expectedOnHand: z.int() });
export const countLines = linesOf({ ...goods, bucket: bucket.optional(), counted: quantityOrNone });
/** What is asked for: each line by its number, or by its place where it has none. */
export const demandLines = linesOf({ line: lineNumber.optional(), sku: code, quantity })
  .superRefine(eachLineOnce)
  .meta({ [LINE_ONCE_KEYWORD]: true });
