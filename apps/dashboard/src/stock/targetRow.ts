/** Where a key starts from: `current` is −1 while no row is active. */
export interface RowPlace {
  readonly current: number;
  /** Rows that a page key goes over. */
  readonly page: number;
  readonly last: number;
}

/** The row that a key leads to, never beyond the first or last; null for a key that moves nothing, and where there is no row. */
export function targetRow(key: string, { current, page, last }: RowPlace): number | null {
  const target = unboundedTarget(key, { current, page, last });
  return target === null || last < 0 ? null : Math.max(0, Math.min(last, target));
}

function unboundedTarget(key: string, { current, page, last }: RowPlace): number | null {
  switch (key) {
    case 'ArrowDown':
      return current + 1;
    case 'ArrowUp':
      return current - 1;
    case 'PageDown':
      return current + page;
    case 'PageUp':
      return current - page;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
