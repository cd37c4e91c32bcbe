import { useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { PageHead } from '../page/PageHead.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { HowItRuns } from './HowItRuns.js';
import { Movers } from './Movers.js';
import styles from './NowPage.module.css';
import { ORDER_COUNTS_DOCUMENT } from './orderBoard.js';
import { OpenAlerts } from './OpenAlerts.js';
import { OrderCounts } from './OrderCounts.js';
import { Sites } from './Sites.js';
import { StockSums } from './StockSums.js';

const NOTHING = {};

/** What a shift leader looks at first: do the sites talk, what is wrong, what is promised, what moves. */
export function NowPage() {
  const { stock } = useDesk();
  const isReady = useSyncExternalStore(stock.bell.listen, () => stock.isComplete);
  return (
    <section className={styles['page']} data-page="now" data-ready={isReady || undefined}>
      <PageHead title="Now">
        <QueryPeek document={ORDER_COUNTS_DOCUMENT} variables={NOTHING} />
      </PageHead>
      <Sites />
      <div className={styles['columns']}>
        <div className={styles['sums']}>
          <StockSums />
        </div>
        <div className={styles['alerts']}>
          <OpenAlerts />
        </div>
        <div className={styles['rest']}>
          <OrderCounts />
          <Movers />
          <HowItRuns />
        </div>
      </div>
    </section>
  );
}
