import { Fields } from '../wire/Fields.js';

/** Orders of one stage. */
export interface StageCount {
  readonly stage: string;
  readonly count: number;
  readonly atRisk: number;
  readonly late: number;
}

export const ORDER_COUNTS_DOCUMENT = `query OrderCounts { orderBoard { stage count atRisk late } }`;

/** Only tells that something changed; 2 s of changes come as one, so that the board is asked for no more often. */
export const ORDER_NEWS_DOCUMENT = `subscription OrderNews($after: Cursor) {
  orderChanges(after: $after, options: { snapshot: false, coalesceMs: 2000, heartbeatMs: 10000 }) { kind cursor removedIds orders { id } }
}`;

/** Reads the answer to ORDER_COUNTS_DOCUMENT; throws WireFault. */
export function readStageCounts(data: Fields): StageCount[] {
  return data.list('orderBoard', (value, path) => {
    const stage = Fields.of(value, path);
    return { stage: stage.text('stage'), count: stage.whole('count'), atRisk: stage.whole('atRisk'), late: stage.whole('late') };
  });
}

/** What a message of ORDER_NEWS_DOCUMENT says: where to go on from, and whether anything changed; throws WireFault. */
export function readOrderNews(data: unknown): { readonly cursor: string; readonly isNews: boolean } {
  const batch = Fields.of(data, 'data').child('orderChanges');
  const changed = batch.list('orders', (value, path) => Fields.of(value, path).text('id'));
  const isNews = batch.text('kind') !== 'DELTA' || changed.length > 0 || batch.texts('removedIds').length > 0;
  return { cursor: batch.text('cursor'), isNews };
}

/** The stages that somebody still has to work on, in the order of the work; each of those that are over counts as done. */
export const OPEN_STAGES = ['PLACED', 'BACKORDERED', 'HELD', 'PARTIALLY_RESERVED', 'RESERVED', 'PARTIALLY_SHIPPED'] as const;

export interface OrderSums {
  readonly open: readonly StageCount[];
  readonly openCount: number;
  readonly late: number;
  readonly atRisk: number;
  readonly doneCount: number;
}

/** Sums up the board; every open stage is listed, with 0 where it has no order, so that the board does not jump. */
export function sumOrders(counts: readonly StageCount[]): OrderSums {
  const of = (stage: string): StageCount => counts.find((count) => count.stage === stage) ?? { stage, count: 0, atRisk: 0, late: 0 };
  const open = OPEN_STAGES.map(of);
  const sum = (figure: 'count' | 'late' | 'atRisk', among: readonly StageCount[]): number => among.reduce((total, count) => total + count[figure], 0);
  const openCount = sum('count', open);
  return { open, openCount, late: sum('late', counts), atRisk: sum('atRisk', counts), doneCount: sum('count', counts) - openCount };
}
