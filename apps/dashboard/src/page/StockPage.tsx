import { useCallback, useState } from 'react';
import { AlertInbox } from '../alerts/AlertInbox.js';
import { useDesk } from '../live/Desk.js';
import { StockGrid } from '../stock/StockGrid.js';
import { StockToolbar } from '../stock/StockToolbar.js';
import { StockTotals } from '../stock/StockTotals.js';
import { EVERYTHING } from '../stock/levelFilter.js';
import { useGridOrder } from '../stock/useGridOrder.js';
import { useLevelFilter } from '../stock/useLevelFilter.js';
import { LostBanner } from './LostBanner.js';
import styles from './StockPage.module.css';
import { TopBar } from './TopBar.js';

/** The one page of now: every level, live, and beside it what someone should look at. */
export function StockPage({ onSignOut }: { readonly onSignOut: () => void }) {
  const { stock } = useDesk();
  const [filter, setFilter] = useLevelFilter();
  const [isHeld, setHeld] = useState(false);
  const [wanted, setWanted] = useState<{ readonly levelId: string } | null>(null);
  const order = useGridOrder(stock, filter, isHeld);
  const showLevel = useCallback(
    (levelId: string): void => {
      if (!order.levels.some(({ id }) => id === levelId)) {
        setFilter({ ...EVERYTHING, sort: filter.sort });
        order.refresh();
      }
      setWanted({ levelId });
    },
    [order, filter.sort, setFilter],
  );
  return (
    <div className={styles['page']}>
      <TopBar onSignOut={onSignOut} />
      <LostBanner />
      <main className={styles['main']}>
        <section className={styles['stock']} aria-label="Stock">
          <StockTotals totals={order.totals} filter={filter} />
          <div className={styles['card']}>
            <StockToolbar filter={filter} onFilter={setFilter} order={order} />
            <StockGrid order={order} filter={filter} onFilter={setFilter} onHeld={setHeld} wanted={wanted} />
          </div>
        </section>
        <AlertInbox onShowLevel={showLevel} />
      </main>
    </div>
  );
}
