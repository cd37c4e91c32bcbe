import { PAGE_MAX } from '../document/limits.js';
import { refusal } from '../refusal.js';

/** `first` where the SDL's default was overruled by an explicit null. */
const PAGE_UNASKED = 50;

/** Counted exactly up to here; beyond, `totalCount` is null (schema.graphql): counting on costs more than anyone reads from it. */
export const TOTAL_COUNT_MAX = 10_000;

/** One page as the SDL's connections have it. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** The page size asked for. The door has refused what is out of bounds; asked again here, next to the query that it bounds. */
export function pageSize(first: unknown): number {
  if (first === null || first === undefined) return PAGE_UNASKED;
  if (typeof first === 'number' && Number.isInteger(first) && first >= 0 && first <= PAGE_MAX) return first;
  throw refusal('BAD_USER_INPUT', `\`first\` is ${JSON.stringify(first)}; from 0 to ${PAGE_MAX} are served`, { argument: 'first', max: PAGE_MAX });
}

/** Cuts what was found with `size + 1` as its limit into a page; the one too many tells that there is a next. */
export function toPage<T>(found: readonly T[], { size, after, cursorOf }: { size: number; after: boolean; cursorOf: (node: T) => string }): Page<T> {
  const nodes = found.slice(0, size);
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: after,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges[edges.length - 1]?.cursor ?? null,
    },
  };
}
