import type { DoorEventName } from '@quayside/contracts';
import type { z } from 'zod';
import { ORDER_DATA } from './orderData.js';
import { RESERVATION_DATA } from './reservationData.js';
import { STOCK_DATA } from './stockData.js';
import { VOID_DATA } from './voidData.js';

/** `data` of each event that the door takes (domain.md, "Events"). Strict: a field that nobody reads is refused, so that a misspelt one is noticed. */
export const DOOR_DATA = { ...STOCK_DATA, ...ORDER_DATA, ...RESERVATION_DATA, ...VOID_DATA } as const satisfies Record<DoorEventName, z.ZodType>;

/** Fields of the model that this version cannot resolve yet: taking them in silence would make stock wrong. */
export const NOT_YET: Readonly<Record<string, string>> = {
  gtin: 'items are named by sku for now; gtin is not resolved yet',
  uom: 'quantities are in the base unit for now; uom is not converted yet',
  destination: 'stock in transit is not followed yet; leave destination out',
};
