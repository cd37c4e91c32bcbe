import { findSourceEvents, passed, type Database, type SourceEvent, type SourceEventFilter, type SourceEventPlace } from '@quayside/store';
import { z } from 'zod';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor } from './placeCursor.js';

/** A SourceEventConnection. */
export interface SourceEventConnection extends Page<SourceEvent> {
  readonly streamCursor: string;
}

/** Records as they came, received last first. A cursor says how far each partition has been read: they are lists of their own, and merged. */
export class SourceEventPages {
  constructor(
    private readonly pool: Database['pool'],
    private readonly showHead: () => string,
  ) {}

  async connection({ filter, first, after }: { filter: SourceEventFilter; first: unknown; after: unknown }): Promise<SourceEventConnection> {
    const size = pageSize(first);
    const before = typeof after === 'string' ? cursor.decode(after) : {};
    const streamCursor = this.showHead();
    const found = await findSourceEvents(this.pool, { filter, before, limit: size + 1 });
    const places = new Map<SourceEvent, SourceEventPlace>();
    let place = before;
    for (const event of found) {
      place = passed(place, [event]);
      places.set(event, place);
    }
    return { ...toPage(found, { size, after: typeof after === 'string', cursorOf: (event) => cursor.encode(places.get(event) ?? before) }), streamCursor };
  }
}

const placeShape: z.ZodType<SourceEventPlace> = z.record(z.string().regex(/^\d{1,4}$/), z.int());
const cursor = placeCursor('events', placeShape);
