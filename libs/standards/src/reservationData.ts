import { z } from 'zod';
import { code, demandLines, instant, lineNumber, policy, quantity, text } from './dataFields.js';

const head = { location: code, reservation: code };

/** `data` of what is asked for by itself: stock held without an order, or before it. */
export const RESERVATION_DATA = {
  'reservation.requested': z.strictObject({
    ...head,
    order: code.optional(),
    expiresAt: instant.optional(),
    policy: policy.optional(),
    lines: demandLines,
  }),
  'reservation.released': z.strictObject({ ...head, line: lineNumber.optional(), quantity: quantity.optional(), reason: text.optional() }),
  'reservation.extended': z.strictObject({ ...head, expiresAt: instant }),
} as const;
