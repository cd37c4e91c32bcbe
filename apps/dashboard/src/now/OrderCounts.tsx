import { useMemo } from 'react';
import { Link } from 'wouter';
import type { LiveStream } from '../live/LiveConnection.js';
import { useAnswer } from '../live/useAnswer.js';
import { useStream } from '../live/useStream.js';
import { usePause } from '../live/pause.js';
import { Icon } from '../page/Icon.js';
import { Panel } from '../page/Panel.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './OrderCounts.module.css';
import { ORDER_COUNTS_DOCUMENT, ORDER_NEWS_DOCUMENT, readOrderNews, readStageCounts, sumOrders, type StageCount } from './orderBoard.js';
import { stageWords } from './stageWords.js';

const NOTHING = {};
/** An order becomes late with time alone, without a change that the stream would tell. */
const ASK_EVERY_MS = 30_000;

/** How many orders stand where, late ones first of all. */
export function OrderCounts() {
  const { data, fault, ask } = useAnswer(ORDER_COUNTS_DOCUMENT, NOTHING, ASK_EVERY_MS);
  useOrderNews(ask);
  const sums = useMemo(() => (data === null ? null : sumOrders(readStageCounts(data))), [data]);
  return (
    <Panel title="Orders" link={{ href: '/orders', text: 'Open the board' }} fault={fault} testId="order-counts">
      {sums === null ? (
        <p className={styles['none']}>{fault === null ? 'Counting…' : 'Not counted yet.'}</p>
      ) : (
        <>
          <p className={styles['sum']}>
            <strong>{quantityText(sums.openCount)}</strong> open
            {sums.late > 0 && (
              <Link href="/orders?punctuality=LATE" className={styles['late'] ?? ''}>
                <Icon name="critical" size={14} />
                {quantityText(sums.late)} late
              </Link>
            )}
            {sums.atRisk > 0 && (
              <Link href="/orders?punctuality=AT_RISK" className={styles['risk'] ?? ''}>
                <Icon name="warning" size={14} />
                {quantityText(sums.atRisk)} at risk
              </Link>
            )}
            {sums.late + sums.atRisk === 0 && sums.openCount > 0 && (
              <span className={styles['well']}>
                <Icon name="check" size={14} />
                all in time
              </span>
            )}
            <span className={styles['done']}>{quantityText(sums.doneCount)} done</span>
          </p>
          <ul className={styles['stages']}>
            {sums.open.map((stage) => (
              <Stage key={stage.stage} {...stage} />
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Stage({ stage, count, late, atRisk }: StageCount) {
  return (
    <li>
      <Link href={`/orders?stage=${stage}`} data-stage={stage} data-empty={count === 0 || undefined}>
        <span className={styles['name']}>{stageWords(stage)}</span>
        <span className={styles['count']}>{quantityText(count)}</span>
        <span className={styles['figures']}>
          {late > 0 && <span className={styles['lateFigure']}>{quantityText(late)} late</span>}
          {atRisk > 0 && <span className={styles['riskFigure']}>{quantityText(atRisk)} at risk</span>}
        </span>
      </Link>
    </li>
  );
}

/** Calls `onNews` whenever orders have changed, and after the page was paused. */
function useOrderNews(onNews: () => void): void {
  const { isPaused } = usePause();
  const stream = useMemo<LiveStream | null>(() => {
    if (isPaused) return null;
    let after: string | null = null;
    return {
      document: ORDER_NEWS_DOCUMENT,
      begin: () => after,
      forgetCursor: () => {
        after = null;
      },
      take: (data) => {
        const { cursor, isNews } = readOrderNews(data);
        after = cursor;
        if (isNews) onNews();
      },
    };
  }, [isPaused, onNews]);
  useStream(stream);
}
