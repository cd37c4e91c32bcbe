import type { EventHead, EventIdentity, Instant } from '@quayside/contracts';

/** Where a fact stands in the order of facts: (occurredAt, source, sequence, id), whatever the order of arrival (domain.md, "Events"). */
export interface FactPlace extends EventIdentity {
  readonly occurredAt: Instant;
  readonly sequence: number;
}

export const placeOf = ({ occurredAt, source, sequence, id }: EventHead): FactPlace => ({ occurredAt, source, sequence, id });

/** Negative, 0 or positive. Texts by code point, which is what Postgres' collation "C" does over UTF-8. */
export function comparePlaces(a: FactPlace, b: FactPlace): number {
  return a.occurredAt - b.occurredAt || compareTexts(a.source, b.source) || a.sequence - b.sequence || compareTexts(a.id, b.id);
}

/** JavaScript compares UTF-16 units: there, characters above U+FFFF (surrogates) come before those from U+E000 on. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** A text that is equal for equal places and for nothing else: no code holds a tab. */
export const placeKey = ({ occurredAt, source, sequence, id }: FactPlace): string => `${occurredAt}\t${source}\t${sequence}\t${id}`;
export const identityKey = ({ source, id }: EventIdentity): string => `${source}\t${id}`;
