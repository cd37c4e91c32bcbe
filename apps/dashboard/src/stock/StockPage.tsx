import { useCallback, useState, useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { CsvButton } from '../page/CsvButton.js';
import { PageHead } from '../page/PageHead.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { useParam } from '../page/useParam.js';
import { LEVELS_DOCUMENT } from './level.js';
import { LevelDrawer } from './LevelDrawer.js';
import { LEVEL_CSV_COLUMNS, levelCsvRow } from './levelCsv.js';
import { StockGrid } from './StockGrid.js';
import styles from './StockPage.module.css';
import { StockToolbar } from './StockToolbar.js';
import { StockTotals } from './StockTotals.js';
import { useGridOrder } from './useGridOrder.js';
import { useLevelFilter } from './useLevelFilter.js';

const FROM_NOW = { after: null };

/** Every level, live. The address says what is filtered, and which level is open: `level` is its id. */
export function StockPage() {
  const { stock } = useDesk();
  const [filter, setFilter] = useLevelFilter();
  const [openId, setOpenId] = useParam('level', '');
  // One that is named by the address that led here is brought into view, once.
  const [wanted] = useState(() => (openId === '' ? null : { levelId: openId }));
  const [isHeld, setHeld] = useState(false);
  const order = useGridOrder(stock, filter, isHeld || openId !== '');
  const isReady = useSyncExternalStore(stock.bell.listen, () => stock.isComplete);
  const close = useCallback(() => setOpenId(''), [setOpenId]);
  const csvRows = (): (string | number)[][] => order.levels.map((level) => levelCsvRow(stock.levels.get(level.id)?.level ?? level));
  return (
    <section className={styles['stock']} data-page="stock" data-ready={isReady || undefined}>
      <PageHead title="Stock">
        <CsvButton fileName="stock" columns={LEVEL_CSV_COLUMNS} rows={csvRows} />
        <QueryPeek document={LEVELS_DOCUMENT} variables={FROM_NOW} />
      </PageHead>
      <StockTotals totals={order.totals} filter={filter} />
      <div className={styles['card']}>
        <StockToolbar filter={filter} onFilter={setFilter} order={order} />
        <StockGrid order={order} filter={filter} onFilter={setFilter} onHeld={setHeld} onOpen={setOpenId} wanted={wanted} />
      </div>
      {openId !== '' && <LevelDrawer levelId={openId} onClose={close} />}
    </section>
  );
}
