import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Level } from './level.js';
import { matcherOf, type LevelFilter } from './levelFilter.js';
import { isOrderVolatile, orderLevels } from './levelOrder.js';
import { totalLevels, type LevelTotals } from './levelTotals.js';
import type { StockBoard } from './StockBoard.js';

/** Sorting 20,000 levels takes some 20 ms: by codes it is needed only when levels come or go, by figures it runs once a second. */
const SETTLE_MS = 250;
const VOLATILE_MS = 1_000;

export interface GridOrder {
  readonly levels: readonly Level[];
  readonly totals: LevelTotals;
  readonly locations: readonly string[];
  /** While held: whether the order would be another one now. */
  readonly isBehind: boolean;
  readonly refresh: () => void;
}

/** Which levels stand in which row. While `isHeld`, rows stay where they are, however the figures change; a new filter applies at once. */
export function useGridOrder(board: StockBoard, filter: LevelFilter, isHeld: boolean): GridOrder {
  const [orderedAt, setOrderedAt] = useState(0);
  const [countedAt, setCountedAt] = useState(0);
  const [isBehind, setBehind] = useState(false);
  const levels = useMemo(() => orderLevels(shownLevels(board), filter), [board, filter, orderedAt]);
  const totals = useMemo(() => totalLevels(shownLevels(board).filter(matcherOf(filter))), [board, filter, countedAt]);
  const locations = useMemo(() => [...new Set(shownLevels(board).map(({ location }) => location))].sort(), [board, board.membershipRevision]);
  const newest = useRef({ levels, isHeld });
  newest.current = { levels, isHeld };

  const refresh = useCallback((): void => {
    setBehind(false);
    setOrderedAt((count) => count + 1);
  }, []);
  useEffect(() => {
    if (!isHeld) refresh();
  }, [isHeld, filter, refresh]);
  useEffect(() => {
    const isVolatile = isOrderVolatile(filter);
    let seen = { revision: -1, membership: -1 };
    const settle = (): void => {
      const now = { revision: board.revision, membership: board.membershipRevision };
      if (now.revision === seen.revision) return;
      const isMoved = isVolatile || now.membership !== seen.membership;
      seen = now;
      setCountedAt((count) => count + 1);
      if (!isMoved) return;
      if (newest.current.isHeld) setBehind(isOther(orderLevels(shownLevels(board), filter), newest.current.levels));
      else refresh();
    };
    return atMostEvery(board, { run: settle, everyMs: isVolatile ? VOLATILE_MS : SETTLE_MS });
  }, [board, filter, refresh]);
  return { levels, totals, locations, isBehind, refresh };
}

const shownLevels = (board: StockBoard): Level[] => [...board.levels.values()].map(({ level }) => level);

const isOther = (a: readonly Level[], b: readonly Level[]): boolean => a.length !== b.length || a.some((level, index) => level.id !== b[index]?.id);

/** Runs at the first ring, and after that once for all rings within the time. Returns what ends it. */
function atMostEvery(board: StockBoard, { run, everyMs }: { readonly run: () => void; readonly everyMs: number }): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isDue = false;
  const rest = (): void => {
    timer = null;
    if (!isDue) return;
    isDue = false;
    ring();
  };
  const ring = (): void => {
    if (timer !== null) {
      isDue = true;
      return;
    }
    run();
    timer = setTimeout(rest, everyMs);
  };
  const end = board.bell.listen(ring);
  ring();
  return () => {
    end();
    if (timer !== null) clearTimeout(timer);
  };
}
