import { findPromises, type Database, type PromisePlace, type StoredPromise } from '@quayside/store';
import { z } from 'zod';
import type { LevelKey } from './levelReader.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor } from './placeCursor.js';

/** A page of what holds stock of a level, or waits for it. */
export interface PromisePageAsked {
  readonly level: LevelKey;
  readonly size: number;
  readonly after: string | null;
}

/** Throws BAD_USER_INPUT for a page that is not served. */
export function readPromisePage(level: LevelKey, { first, after }: { first?: unknown; after?: unknown }): PromisePageAsked {
  if (typeof after === 'string') cursor.decode(after);
  return { level, size: pageSize(first), after: typeof after === 'string' ? after : null };
}

/** Pages of many levels, in the order asked: one question for all that want the same part. */
export async function readPromisePages(pool: Database['pool'], asked: readonly PromisePageAsked[]): Promise<Page<StoredPromise>[]> {
  const groups = new Map<string, PromisePageAsked[]>();
  for (const each of asked) {
    const group = groups.get(partOf(each));
    if (group === undefined) groups.set(partOf(each), [each]);
    else group.push(each);
  }
  const pages = new Map<PromisePageAsked, Page<StoredPromise>>();
  await Promise.all([...groups.values()].map((group) => readGroup(pool, group, pages)));
  return asked.map((each) => pages.get(each) ?? toPage<StoredPromise>([], { size: each.size, after: false, cursorOf }));
}

async function readGroup(pool: Database['pool'], group: readonly PromisePageAsked[], pages: Map<PromisePageAsked, Page<StoredPromise>>): Promise<void> {
  const [{ size, after } = { size: 0, after: null }] = group;
  const place = after === null ? null : cursor.decode(after);
  const found = await findPromises(pool, { levels: group.map(({ level }) => level), after: place, limit: size + 1 });
  group.forEach((each, index) => pages.set(each, toPage(found[index] ?? [], { size, after: place !== null, cursorOf })));
}

/** What all of a group want alike. */
const partOf = ({ size, after }: PromisePageAsked): string => `${size} ${after ?? ''}`;

const placeShape: z.ZodType<PromisePlace> = z.strictObject({ kind: z.enum(['reservation', 'order']), reference: z.string(), line: z.int() });
const cursor = placeCursor('promises', placeShape);
const cursorOf = ({ kind, reference, line }: StoredPromise): string => cursor.encode({ kind, reference, line });
