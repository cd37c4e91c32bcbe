import type { Level } from '@quayside/contracts';

/** A row of the table `level` as node-postgres gives it (bigint as number). */
export interface LevelRow {
  location: string;
  sku: string;
  sellable: number;
  inspection: number;
  hold: number;
  damaged: number;
  reserved: number;
  in_transit: number;
  on_order: number;
  backordered: number;
  reorder_point: number | null;
  safety_stock: number | null;
  version: number;
  last_event_at: number | null;
  last_count_at: number | null;
  last_outbound_at: number | null;
  updated_at: number;
}

/** Columns of LevelRow, for SELECT lists. */
export const LEVEL_COLUMNS =
  'location, sku, sellable, inspection, hold, damaged, reserved, in_transit, on_order, backordered, reorder_point, safety_stock, version, last_event_at, last_count_at, last_outbound_at, updated_at';

export function levelFromRow(row: LevelRow): Level {
  return {
    location: row.location,
    sku: row.sku,
    sellable: row.sellable,
    inspection: row.inspection,
    hold: row.hold,
    damaged: row.damaged,
    reserved: row.reserved,
    inTransit: row.in_transit,
    onOrder: row.on_order,
    backordered: row.backordered,
    reorderPoint: row.reorder_point,
    safetyStock: row.safety_stock,
    version: row.version,
    lastEventAt: row.last_event_at,
    lastCountAt: row.last_count_at,
    lastOutboundAt: row.last_outbound_at,
    updatedAt: row.updated_at,
  };
}
