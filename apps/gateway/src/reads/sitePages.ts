import { findSites, type Database } from '@quayside/store';
import { z } from 'zod';
import { narrow, type Visible } from '../visible.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor } from './placeCursor.js';

const cursor = placeCursor('sites', z.strictObject({ code: z.string() }));

/** Places that have a level, by code. */
export async function sitePage(
  pool: Database['pool'],
  { first, after, visible }: { readonly first: unknown; readonly after: unknown; readonly visible: Visible },
): Promise<Page<{ readonly code: string }>> {
  const size = pageSize(first);
  const place = typeof after === 'string' ? cursor.decode(after) : null;
  const found = await findSites(pool, { among: narrow(visible, null), after: place?.code ?? null, limit: size + 1 });
  const sites = found.map((code) => ({ code }));
  return toPage(sites, { size, after: place !== null, cursorOf: ({ code }) => cursor.encode({ code }) });
}
