import { findStockAsOf, type Database, type StockAsOf, type StockAsOfFilter } from '@quayside/store';
import type { Instant } from '@quayside/contracts';
import { z } from 'zod';
import { refusal } from '../refusal.js';
import { narrow, type Visible } from '../visible.js';
import { asGiven, flagOf, locationsOf, skusOf, textOf } from './inputs.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor } from './placeCursor.js';

export interface StockAsOfAsked {
  readonly at: Instant;
  /** Null: now. */
  readonly asKnownAt: Instant | null;
  readonly now: Instant;
  readonly filter: StockAsOfFilter;
  readonly first: unknown;
  readonly after: unknown;
}

/** Levels as they were, by sku. What was known when the first page was made is what all pages show. */
export async function stockAsOfPage(pool: Database['pool'], { at, asKnownAt, now, filter, first, after }: StockAsOfAsked): Promise<Page<StockAsOf>> {
  const size = pageSize(first);
  const place = typeof after === 'string' ? cursor.decode(after) : null;
  const known = asKnownAt ?? place?.asKnownAt ?? now;
  const found = await findStockAsOf(pool, { at, asKnownAt: known, filter, after: place, limit: size + 1 });
  return toPage(found, { size, after: place !== null, cursorOf });
}

/** Reads a StockLevelFilter as one of the past, and narrows it to what may be seen. Throws BAD_USER_INPUT. */
export function readStockAsOfFilter(value: unknown, visible: Visible): StockAsOfFilter {
  const given = asGiven(value);
  if (flagOf(given, 'belowReorderPoint') !== null)
    throw refusal('BAD_USER_INPUT', '`belowReorderPoint` is not known of the past: ask `stockLevels`', { argument: 'filter' });
  return { skus: skusOf(given), locations: narrow(visible, locationsOf(given)), skuPrefix: textOf(given, 'search'), negative: flagOf(given, 'negative') };
}

interface Place {
  readonly sku: string;
  readonly location: string;
  readonly asKnownAt: Instant;
}
const placeShape: z.ZodType<Place> = z.strictObject({ sku: z.string(), location: z.string(), asKnownAt: z.int() });
const cursor = placeCursor('stockAsOf', placeShape);
const cursorOf = ({ sku, location, asKnownAt }: StockAsOf): string => cursor.encode({ sku, location, asKnownAt });
