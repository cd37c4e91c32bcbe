import type { Refusal } from '@quayside/standards';

/** How a POST of events is meant. */
export interface EventQuery {
  /** Shows what would happen, and writes nothing. */
  readonly dryRun: boolean;
  /** All events of the batch, or none. */
  readonly atomic: boolean;
}
export type QueryReading = { readonly kind: 'query'; readonly query: EventQuery } | { readonly kind: 'refused'; readonly refusal: Refusal };

const PLAIN: QueryReading = { kind: 'query', query: { dryRun: false, atomic: false } };

/** Reads `?dryRun` and `?atomic`. Everything else is refused: a misspelt dryRun that is not noticed would write. */
export function readEventQuery(url: string): QueryReading {
  const mark = url.indexOf('?');
  if (mark < 0) return PLAIN;
  const query = { dryRun: false, atomic: false };
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    if (name !== 'dryRun' && name !== 'atomic')
      return refuse(`the parameter ${JSON.stringify(name.slice(0, NAME_CHARACTERS_MAX))} is not known; there are dryRun and atomic`);
    if (value !== 'true' && value !== 'false' && value !== '') return refuse(`${name} is true or false`);
    query[name] = value !== 'false';
  }
  return { kind: 'query', query };
}

/** As much of a caller's word as an answer repeats. */
const NAME_CHARACTERS_MAX = 40;

const refuse = (detail: string): QueryReading => ({ kind: 'refused', refusal: { code: 'bad-parameter', detail } });
