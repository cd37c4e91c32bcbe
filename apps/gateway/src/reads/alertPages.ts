import type { Alert } from '@quayside/contracts';
import { findAlerts, type AlertFilter, type AlertPlace, type Database } from '@quayside/store';
import { z } from 'zod';
import type { ObjectPage } from '../feeds/objectFeed.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor } from './placeCursor.js';

/** An AlertConnection: its page, and what its other fields are worked out from. */
export interface AlertConnection extends Page<Alert> {
  readonly filter: AlertFilter;
  readonly streamCursor: string;
}

/** Episodes in one message of a snapshot: about 400 KB with all fields. */
const SNAPSHOT_PAGE_ALERTS = 500;

/** Lists of alert episodes from Postgres, opened last first. */
export class AlertPages {
  constructor(
    private readonly pool: Database['pool'],
    private readonly showHead: () => string,
  ) {}

  async connection({ filter, first, after }: { filter: AlertFilter; first: unknown; after: unknown }): Promise<AlertConnection> {
    const size = pageSize(first);
    const place = typeof after === 'string' ? cursor.decode(after) : null;
    const streamCursor = this.showHead();
    const found = await findAlerts(this.pool, { filter, after: place, limit: size + 1 });
    return { ...toPage(found, { size, after: place !== null, cursorOf }), filter, streamCursor };
  }

  async snapshotPage(filter: AlertFilter, from: string | null): Promise<ObjectPage<Alert>> {
    const found = await findAlerts(this.pool, { filter, after: from === null ? null : cursor.decode(from), limit: SNAPSHOT_PAGE_ALERTS + 1 });
    const objects = found.slice(0, SNAPSHOT_PAGE_ALERTS);
    const last = objects[objects.length - 1];
    return { objects, next: found.length > SNAPSHOT_PAGE_ALERTS && last !== undefined ? cursorOf(last) : null };
  }
}

const placeShape: z.ZodType<AlertPlace> = z.strictObject({ openedAt: z.int(), id: z.string() });
const cursor = placeCursor('alerts', placeShape);
const cursorOf = ({ openedAt, id }: Alert): string => cursor.encode({ openedAt, id });
