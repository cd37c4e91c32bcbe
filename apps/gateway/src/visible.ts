import type { Viewer } from '@quayside/service';

/** Which locations a token may see. Everything that returns data is limited by it: lists, look-ups, node(id), streams. */
export type Visible = { readonly kind: 'all' } | { readonly kind: 'some'; readonly locations: readonly string[] };

/** What a viewer may see; exact codes, or `*` for all. Equal scopes give equal values, so that streams can be shared by scope. */
export function visibleTo(viewer: Pick<Viewer, 'locations'>): Visible {
  if (viewer.locations.includes('*')) return { kind: 'all' };
  return { kind: 'some', locations: [...new Set(viewer.locations)].sort() };
}

export const sees = (visible: Visible, location: string): boolean => visible.kind === 'all' || visible.locations.includes(location);

/** Those of `locations` that are visible; null = all asked for. The result is null only where all may be seen. */
export function narrow(visible: Visible, locations: readonly string[] | null): readonly string[] | null {
  if (visible.kind === 'all') return locations;
  return locations === null ? visible.locations : locations.filter((location) => sees(visible, location));
}
