import type { Refusal } from '@quayside/standards';

/** How a POST of events is meant. */
export interface EventQuery {
  /** Shows what would happen, and writes nothing. */
  readonly dryRun: boolean;
  /** All events of the batch, or none. */
  readonly atomic: boolean;
}
export type QueryReading = { readonly kind: 'query'; readonly query: EventQuery } | { readonly kind: 'refused'; readonly refusal: Refusal };

export type QueryParameter = keyof EventQuery;
export const EVENT_PARAMETERS: readonly QueryParameter[] = ['dryRun', 'atomic'];
/** One order is all or nothing by itself. */
export const ORDER_PARAMETERS: readonly QueryParameter[] = ['dryRun'];

const PLAIN: QueryReading = { kind: 'query', query: { dryRun: false, atomic: false } };

/** Reads the parameters that a path takes. Everything else is refused: a misspelt dryRun that is not noticed would write. */
export function readEventQuery(url: string, taken: readonly QueryParameter[]): QueryReading {
  const mark = url.indexOf('?');
  if (mark < 0) return PLAIN;
  const query = { dryRun: false, atomic: false };
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    const parameter = taken.find((known) => known === name);
    if (parameter === undefined)
      return refuse(`the parameter ${JSON.stringify(name.slice(0, NAME_CHARACTERS_MAX))} is not known here; there is ${taken.join(' and ')}`);
    if (value !== 'true' && value !== 'false' && value !== '') return refuse(`${parameter} is true or false`);
    query[parameter] = value !== 'false';
  }
  return { kind: 'query', query };
}

/** As much of a caller's word as an answer repeats. */
const NAME_CHARACTERS_MAX = 40;

const refuse = (detail: string): QueryReading => ({ kind: 'refused', refusal: { code: 'bad-parameter', detail } });
