import type { IconName } from '../page/Icon.js';

/** A page that the navigation leads to. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
}

/** In the order of a shift: what is now, what is there, what is promised, what is wrong. */
export const PLACES: readonly Place[] = [
  { path: '/', name: 'Now', icon: 'now', key: 'n' },
  { path: '/stock', name: 'Stock', icon: 'stock', key: 's' },
  { path: '/orders', name: 'Orders', icon: 'orders', key: 'o' },
  { path: '/alerts', name: 'Alerts', icon: 'alerts', key: 'a' },
  { path: '/quality', name: 'Data quality', icon: 'quality', key: 'q' },
];

/** Whether an address is of this place; an item belongs to the stock. */
export const isAt = (place: Place, path: string): boolean => path === place.path || (place.path === '/stock' && path.startsWith('/items/'));
