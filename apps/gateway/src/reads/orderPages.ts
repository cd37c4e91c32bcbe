import { findOrders, type Database, type OrderFilter, type OrderPlace, type OrderSort, type StoredOrder } from '@quayside/store';
import { z } from 'zod';
import type { ObjectPage } from '../feeds/objectFeed.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor, type PlaceCursor } from './placeCursor.js';

/** An OrderConnection: its page, and what its other fields are worked out from. */
export interface OrderConnection extends Page<StoredOrder> {
  readonly filter: OrderFilter;
  readonly streamCursor: string;
}

/** Orders in one message of a snapshot, without their lines some 200 KB. */
const SNAPSHOT_PAGE_ORDERS = 500;

/** Lists of orders from Postgres. The stream cursor is taken before the rows are read. */
export class OrderPages {
  constructor(
    private readonly pool: Database['pool'],
    private readonly showHead: () => string,
  ) {}

  async connection({ filter, sort, first, after }: { filter: OrderFilter; sort: OrderSort; first: unknown; after: unknown }): Promise<OrderConnection> {
    const size = pageSize(first);
    const cursor = CURSORS[sort];
    const place = typeof after === 'string' ? cursor.decode(after) : null;
    const streamCursor = this.showHead();
    const found = await findOrders(this.pool, { filter, sort, after: place, limit: size + 1 });
    return { ...toPage(found, { size, after: place !== null, cursorOf: (order) => cursor.encode(placeOf(order)) }), filter, streamCursor };
  }

  /** A page of a snapshot, first promised first. */
  async snapshotPage(filter: OrderFilter, from: string | null): Promise<ObjectPage<StoredOrder>> {
    const cursor = CURSORS.PROMISED_SHIP_BY_ASC;
    const after = from === null ? null : cursor.decode(from);
    const found = await findOrders(this.pool, { filter, sort: 'PROMISED_SHIP_BY_ASC', after, limit: SNAPSHOT_PAGE_ORDERS + 1 });
    const objects = found.slice(0, SNAPSHOT_PAGE_ORDERS);
    const last = objects[objects.length - 1];
    return { objects, next: found.length > SNAPSHOT_PAGE_ORDERS && last !== undefined ? cursor.encode(placeOf(last)) : null };
  }
}

const placeShape: z.ZodType<OrderPlace> = z.strictObject({
  location: z.string(),
  number: z.string(),
  promisedShipBy: z.int().nullable(),
  placedAt: z.int(),
  updatedAt: z.int(),
  priority: z.int(),
});
const CURSORS: Readonly<Record<OrderSort, PlaceCursor<OrderPlace>>> = {
  PROMISED_SHIP_BY_ASC: placeCursor('orders/PROMISED_SHIP_BY_ASC', placeShape),
  PLACED_AT_DESC: placeCursor('orders/PLACED_AT_DESC', placeShape),
  LATEST_CHANGE_DESC: placeCursor('orders/LATEST_CHANGE_DESC', placeShape),
  PRIORITY_DESC: placeCursor('orders/PRIORITY_DESC', placeShape),
};
const placeOf = ({ location, number, promisedShipBy, placedAt, updatedAt, priority }: StoredOrder): OrderPlace => ({
  location,
  number,
  promisedShipBy,
  placedAt,
  updatedAt,
  priority,
});
