import { HOP_SOURCE, VOID_REASONS } from '@quayside/contracts';
import { z } from 'zod';
import { code, text } from './dataFields.js';

/** Events that one void names as put in the place of its target. */
const CORRECTIVE_EVENTS_MAX = 100;

/** `data` of what takes an event back. */
export const VOID_DATA = {
  'event.voided': z.strictObject({
    location: code,
    // Of a hop only one end would be taken back, and goods would appear or be gone.
    source: code.refine((source) => source !== HOP_SOURCE, { params: { problem: 'voids-a-hop' } }).meta({ not: { const: HOP_SOURCE } }),
    id: code,
    reason: z.enum(VOID_REASONS),
    correctiveEventIds: z
      .array(z.strictObject({ source: code, id: code }))
      .max(CORRECTIVE_EVENTS_MAX)
      .optional(),
    actor: code.optional(),
    note: text.optional(),
  }),
} as const;
