import { SCALARS } from '../scalars.js';
import { alertFields } from './fields/alertFields.js';
import { EVENT_FIELDS } from './fields/eventFields.js';
import { orderFields } from './fields/orderFields.js';
import { byTypeName } from './fields/place.js';
import { stockFields, type StockFieldsParts } from './fields/stockFields.js';

/**
 * Fields of the SDL's object types that our own objects do not have under the same name. Plain functions, not Nest's:
 * they run for every row, and guards or pipes have no business there.
 */
export function objectFields(parts: StockFieldsParts) {
  return {
    ...SCALARS,
    Node: byTypeName,
    AlertSubject: byTypeName,
    UserError: byTypeName,
    ...stockFields(parts),
    ...orderFields(parts),
    ...EVENT_FIELDS,
    ...alertFields(parts),
  };
}
