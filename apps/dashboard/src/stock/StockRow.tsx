import { memo, useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { momentText } from '../page/timeText.js';
import { FigureCell } from './FigureCell.js';
import type { Level } from './level.js';
import { ReorderPointCell } from './ReorderPointCell.js';
import styles from './StockRow.module.css';

interface StockRowProps {
  /** The level as it was when the order was made; what is shown is the board's newest. */
  readonly ordered: Level;
  readonly index: number;
  readonly topPx: number;
  readonly isActive: boolean;
  readonly isWanted: boolean;
  readonly isEditing: boolean;
  readonly onActive: (levelId: string) => void;
  readonly onOpen: (levelId: string) => void;
  readonly onEdit: (levelId: string | null) => void;
}

export const rowDomId = (levelId: string): string => `level-${levelId}`;

/** One level. It listens for itself, so that a change renders this row and no other. */
export const StockRow = memo(function StockRow({ ordered, index, topPx, isActive, isWanted, isEditing, onActive, onOpen, onEdit }: StockRowProps) {
  const { stock } = useDesk();
  const shown = useSyncExternalStore(stock.bell.listen, () => stock.levels.get(ordered.id) ?? null);
  const level = shown?.level ?? ordered;
  const flashes = shown?.flashes ?? {};
  return (
    <div
      id={rowDomId(ordered.id)}
      className={styles['row']}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isActive}
      data-level={`${level.location}/${level.sku}`}
      data-gone={shown === null || undefined}
      data-wanted={isWanted || undefined}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={() => {
        onActive(ordered.id);
        if (!isEditing) onOpen(ordered.id);
      }}
    >
      <div className={styles['sku']} role="gridcell" aria-colindex={1} data-cell="sku" title={level.sku}>
        {level.sku}
      </div>
      <div className={styles['location']} role="gridcell" aria-colindex={2} data-cell="location" title={level.location}>
        {level.location}
        {shown === null && <em> · no longer there</em>}
      </div>
      <FigureCell figure="onHand" quantity={level.onHand} flash={flashes.onHand} columnIndex={3} />
      <FigureCell figure="available" quantity={level.available} flash={flashes.available} columnIndex={4} />
      <FigureCell figure="reserved" quantity={level.reserved} flash={flashes.reserved} columnIndex={5} />
      <FigureCell figure="unsellable" quantity={level.unsellable} flash={flashes.unsellable} columnIndex={6} />
      <ReorderPointCell
        level={level}
        flash={flashes.reorderPoint}
        columnIndex={7}
        isEditing={isEditing}
        onEdit={(starts) => onEdit(starts ? ordered.id : null)}
      />
      <div className={styles['updated']} role="gridcell" aria-colindex={8} data-cell="updatedAt">
        <time dateTime={new Date(level.updatedAtMs).toISOString()}>{momentText(level.updatedAtMs, Date.now())}</time>
      </div>
    </div>
  );
});
