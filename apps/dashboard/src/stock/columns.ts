import type { SortKey } from './levelFilter.js';

export interface Column {
  readonly key: SortKey;
  readonly name: string;
  /** Said on the header's tooltip. */
  readonly meaning: string;
  readonly isFigure: boolean;
}

/** The grid's columns from left to right; StockGrid.module.css gives their widths in the same order. */
export const COLUMNS: readonly Column[] = [
  { key: 'sku', name: 'SKU', meaning: 'What is stocked', isFigure: false },
  { key: 'location', name: 'Location', meaning: 'Where it is', isFigure: false },
  { key: 'onHand', name: 'On hand', meaning: 'Physically there = available + reserved + unsellable', isFigure: true },
  { key: 'available', name: 'Available', meaning: 'Fit to be sold and not promised to anybody', isFigure: true },
  { key: 'reserved', name: 'Reserved', meaning: 'Promised to open orders', isFigure: true },
  { key: 'unsellable', name: 'Unsellable', meaning: 'In inspection, on hold or damaged', isFigure: true },
  { key: 'reorderPoint', name: 'Reorder point', meaning: 'At or below this an alert opens; click a cell to set it', isFigure: true },
  { key: 'updated', name: 'Updated', meaning: 'When it last moved', isFigure: true },
];
