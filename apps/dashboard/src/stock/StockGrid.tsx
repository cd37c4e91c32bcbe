import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { EmptyStock } from './EmptyStock.js';
import { EVERYTHING, type LevelFilter } from './levelFilter.js';
import { GridHeader } from './GridHeader.js';
import styles from './StockGrid.module.css';
import { rowDomId, StockRow } from './StockRow.js';
import { targetRow } from './targetRow.js';
import type { GridOrder } from './useGridOrder.js';
import { useHeldRows } from './useHeldRows.js';

/** As --row-height in StockGrid.module.css, on a desk and on a phone. */
const ROW_PX = 38;
const CARD_PX = 82;
/** Rows beyond the edges, so that quick scrolling shows no gap. */
const OVERSCAN = 10;
/** As long as the ring around a row that was asked for stays. */
const WANTED_MS = 1_800;

/** A level to bring into view; a new object for each asking. */
interface WantedLevel {
  readonly levelId: string;
}

interface StockGridProps {
  readonly order: GridOrder;
  readonly filter: LevelFilter;
  readonly onFilter: (filter: LevelFilter) => void;
  /** Told whether rows have to stay where they are: somebody points at one, moves among them by keyboard, or edits one. */
  readonly onHeld: (isHeld: boolean) => void;
  /** Told which level to show in full. */
  readonly onOpen: (levelId: string) => void;
  readonly wanted: WantedLevel | null;
}

/** All levels, of which only those in view exist as rows. Focus stays on the grid; the active row moves with the arrow keys, Enter opens it, F2 sets its reorder point. */
export function StockGrid({ order, filter, onFilter, onHeld, onOpen, wanted }: StockGridProps) {
  const { stock } = useDesk();
  const isComplete = useSyncExternalStore(stock.bell.listen, () => stock.isComplete);
  const grid = useGridRows(order, filter);
  const { scroller, activeId, editingId, edit } = grid;
  const { holdByKeyboard, handlers } = useHeldRows(editingId !== null, onHeld);
  const ringedId = useWanted(wanted, order, grid.show);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== scroller.current) return;
    if (event.key === 'Enter' && activeId !== null) onOpen(activeId);
    else if (event.key === 'F2' && activeId !== null) edit(activeId);
    else if (grid.moveBy(event.key)) holdByKeyboard();
    else return;
    event.preventDefault();
  };
  const isEmpty = order.levels.length === 0;
  const showAll = (): void => onFilter({ ...EVERYTHING, sort: filter.sort });
  return (
    <>
      <div
        ref={scroller}
        className={styles['grid']}
        role="grid"
        aria-label="Stock levels"
        aria-rowcount={order.levels.length + 1}
        aria-colcount={8}
        aria-busy={!isComplete}
        aria-activedescendant={activeId === null || isEmpty ? undefined : rowDomId(activeId)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="stock-grid"
        data-empty={isEmpty || undefined}
        {...handlers}
      >
        <GridHeader sort={filter.sort} onSort={(sort) => onFilter({ ...filter, sort })} />
        {!isEmpty && <GridRows order={order} grid={grid} ringedId={ringedId} onOpen={onOpen} />}
      </div>
      {isEmpty && <EmptyStock isComplete={isComplete} isAnythingHeld={stock.levels.size > 0} onShowAll={showAll} />}
    </>
  );
}

interface GridRowsProps {
  readonly order: GridOrder;
  readonly grid: ReturnType<typeof useGridRows>;
  readonly ringedId: string | null;
  readonly onOpen: (levelId: string) => void;
}

function GridRows({ order, grid, ringedId, onOpen }: GridRowsProps) {
  return (
    <div className={styles['rows']} role="rowgroup" style={{ height: grid.rows.getTotalSize() }}>
      {grid.rows.getVirtualItems().map(({ index, start, key }) => {
        const level = order.levels[index];
        if (level === undefined) return null;
        return (
          <StockRow
            key={key}
            ordered={level}
            index={index}
            topPx={start}
            isActive={level.id === grid.activeId}
            isWanted={level.id === ringedId}
            isEditing={level.id === grid.editingId}
            onActive={grid.setActiveId}
            onOpen={onOpen}
            onEdit={grid.edit}
          />
        );
      })}
    </div>
  );
}

/** Which rows exist, which one is active, which one is edited. */
function useGridRows(order: GridOrder, filter: LevelFilter) {
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [editingId, setEditingId] = useState<string | null>(null);
  const rowPx = useMediaQuery('(max-width: 640px)') === true ? CARD_PX : ROW_PX;
  const rows = useVirtualizer({
    count: order.levels.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    getItemKey: (index) => order.levels[index]?.id ?? index,
    useFlushSync: false,
  });
  useEffect(() => rows.measure(), [rows, rowPx]);
  useEffect(() => {
    // In braces: newer browsers return a promise here, which React would take for a clean-up.
    scroller.current?.scrollTo({ top: 0 });
  }, [filter]);
  const moveBy = (key: string): boolean => {
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - ROW_PX) / rowPx) - 1);
    const target = targetRow(key, { current: order.levels.findIndex(({ id }) => id === activeId), page, last: order.levels.length - 1 });
    const level = target === null ? undefined : order.levels[target];
    if (target === null || level === undefined) return false;
    setActiveId(level.id);
    rows.scrollToIndex(target);
    return true;
  };
  const edit = useCallback((levelId: string | null): void => {
    setEditingId(levelId);
    if (levelId === null) scroller.current?.focus({ preventScroll: true });
  }, []);
  const show = useCallback(
    (index: number, levelId: string): void => {
      rows.scrollToIndex(index, { align: 'center' });
      setActiveId(levelId);
      scroller.current?.focus({ preventScroll: true });
      scroller.current?.scrollIntoView({ block: 'nearest' });
    },
    [rows],
  );
  return { scroller, rows, activeId, setActiveId, editingId, edit, moveBy, show };
}

/** Shows the wanted level as soon as it has a row, once for each asking. Returns the one to put a ring around. */
function useWanted(wanted: WantedLevel | null, order: GridOrder, show: (index: number, levelId: string) => void): string | null {
  const [ringedId, setRingedId] = useState<string | null>(null);
  const shown = useRef<WantedLevel | null>(null);
  useEffect(() => {
    if (wanted === null || shown.current === wanted) return;
    const index = order.levels.findIndex(({ id }) => id === wanted.levelId);
    if (index < 0) return;
    shown.current = wanted;
    show(index, wanted.levelId);
    setRingedId(wanted.levelId);
  }, [wanted, order.levels, show]);
  useEffect(() => {
    if (ringedId === null) return undefined;
    const timer = setTimeout(() => setRingedId(null), WANTED_MS);
    return () => clearTimeout(timer);
  }, [ringedId]);
  return ringedId;
}
