import { isLow, isNegative, type Level } from './level.js';

export const SORT_KEYS = ['sku', 'location', 'onHand', 'available', 'reserved', 'unsellable', 'reorderPoint', 'updated'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What the reader asked to see, and in which order. All of it stands in the address. */
export interface LevelFilter {
  /** Any part of a SKU, whatever its case. */
  readonly search: string;
  /** An exact location code; empty for all. */
  readonly location: string;
  /** Only what is low or negative. */
  readonly needsAttention: boolean;
  readonly sort: { readonly key: SortKey; readonly descending: boolean };
}

export const EVERYTHING: LevelFilter = { search: '', location: '', needsAttention: false, sort: { key: 'sku', descending: false } };

export const isNarrowed = (filter: LevelFilter): boolean => filter.search !== '' || filter.location !== '' || filter.needsAttention;

/** Reads the filter out of an address's query; what it does not understand is as if it were not there. */
export function readFilter(query: string): LevelFilter {
  const parameters = new URLSearchParams(query);
  const order = parameters.get('sort') ?? '';
  const key = SORT_KEYS.find((candidate) => candidate === order.replace(/^-/, ''));
  return {
    search: parameters.get('sku') ?? '',
    location: parameters.get('location') ?? '',
    needsAttention: parameters.get('show') === 'attention',
    sort: key === undefined ? EVERYTHING.sort : { key, descending: order.startsWith('-') },
  };
}

/** The query of the address that shows this filter, with its `?`; empty for everything. Parameters of others stay. */
export function writeFilter(filter: LevelFilter, query: string): string {
  const parameters = new URLSearchParams(query);
  const { key, descending } = filter.sort;
  const order = key === EVERYTHING.sort.key && !descending ? '' : `${descending ? '-' : ''}${key}`;
  const written = { sku: filter.search, location: filter.location, show: filter.needsAttention ? 'attention' : '', sort: order };
  for (const [name, value] of Object.entries(written)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** A test of the filter, to be made once and then asked for each of many levels. */
export function matcherOf(filter: LevelFilter): (level: Level) => boolean {
  const search = filter.search.trim().toLowerCase();
  return (level) =>
    (search === '' || level.sku.toLowerCase().includes(search)) &&
    (filter.location === '' || level.location === filter.location) &&
    (!filter.needsAttention || isLow(level) || isNegative(level));
}
