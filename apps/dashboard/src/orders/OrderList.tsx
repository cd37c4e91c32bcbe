import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { stageWords } from '../now/stageWords.js';
import { Icon } from '../page/Icon.js';
import { momentText } from '../page/timeText.js';
import type { Order } from './order.js';
import styles from './OrderList.module.css';
import { promiseText } from './orderRank.js';

const ROW_PX = 44;

interface OrderListProps {
  readonly orders: readonly Order[];
  readonly nowMs: number;
  readonly onOpen: (order: Order) => void;
}

/** All orders under each other; only rows in sight are drawn. */
export function OrderList({ orders, nowMs, onOpen }: OrderListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: orders.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 8 });
  return (
    <div className={styles['list']} ref={scroller} role="list" aria-label="Orders" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const order = orders[index];
          if (order === undefined) return null;
          return (
            <div key={order.id} role="listitem" className={styles['item']} style={{ transform: `translateY(${start}px)` }}>
              <button type="button" className={styles['row']} data-order={order.number} data-punctuality={order.punctuality} onClick={() => onOpen(order)}>
                <strong>{order.number}</strong>
                <span>{order.location}</span>
                <span className={styles['wide']}>{order.customer ?? '–'}</span>
                <span>{stageWords(order.stage)}</span>
                <span className={styles['promise']}>
                  {order.punctuality === 'LATE' && <Icon name="critical" size={13} />}
                  {order.punctuality === 'AT_RISK' && <Icon name="warning" size={13} />}
                  {promiseText(order, nowMs)}
                </span>
                <span className={styles['wide']}>{momentText(order.placedAtMs, nowMs)}</span>
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}
