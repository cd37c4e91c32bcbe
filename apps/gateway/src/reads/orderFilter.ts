import { ORDER_STAGES, type Instant, type OrderSummary } from '@quayside/contracts';
import { PUNCTUALITIES, type OrderFilter } from '@quayside/store';
import { narrow, type Visible } from '../visible.js';
import { asGiven, choicesOf, locationsOf, numberOf, skusOf, textOf } from './inputs.js';

/** Reads an OrderFilter and narrows it to what may be seen; punctuality is that of `now`. Throws BAD_USER_INPUT. */
export function readOrderFilter(value: unknown, { visible, now }: { readonly visible: Visible; readonly now: Instant }): OrderFilter {
  const given = asGiven(value);
  return {
    search: textOf(given, 'search'),
    stages: choicesOf(given, 'stages', ORDER_STAGES),
    punctuality: choicesOf(given, 'punctuality', PUNCTUALITIES),
    locations: narrow(visible, locationsOf(given)),
    promisedBefore: numberOf(given, 'promisedBefore'),
    placedFrom: numberOf(given, 'placedFrom'),
    placedTo: numberOf(given, 'placedTo'),
    skus: skusOf(given),
    now,
  };
}

/** Whether an order, by what a change tells of it, may match; what only Postgres can say (lines, punctuality) is taken to. */
export function mayMatchOrder({ number, customer, stage, location, placedAt, promisedShipBy }: OrderSummary, filter: OrderFilter): boolean {
  const { search, stages, locations, promisedBefore, placedFrom, placedTo } = filter;
  return (
    placedAt !== null &&
    (search === null || number.startsWith(search) || customer?.startsWith(search) === true) &&
    (stages === null || stages.includes(stage)) &&
    (locations === null || locations.includes(location)) &&
    (promisedBefore === null || (promisedShipBy !== null && promisedShipBy < promisedBefore)) &&
    (placedFrom === null || placedAt >= placedFrom) &&
    (placedTo === null || placedAt < placedTo)
  );
}
