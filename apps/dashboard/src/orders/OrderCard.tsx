import { Icon } from '../page/Icon.js';
import { momentText } from '../page/timeText.js';
import type { Order } from './order.js';
import styles from './OrderCard.module.css';
import { promiseText } from './orderRank.js';

interface OrderCardProps {
  readonly order: Order;
  readonly nowMs: number;
  readonly onOpen: (order: Order) => void;
}

/** One order: its number, whose it is, and how it stands to its promise. */
export function OrderCard({ order, nowMs, onOpen }: OrderCardProps) {
  const { number, location, customer, punctuality, promisedShipByMs, priority } = order;
  return (
    <button type="button" className={styles['card']} data-order={number} data-punctuality={punctuality} onClick={() => onOpen(order)}>
      <span className={styles['number']}>
        {number}
        {priority > 0 && <small title={`Priority ${priority}`}>urgent</small>}
      </span>
      <span className={styles['place']}>
        {location}
        {customer !== null && ` · ${customer}`}
      </span>
      <span className={styles['promise']} title={promisedShipByMs === null ? undefined : `Promised ${momentText(promisedShipByMs, nowMs)}`}>
        {punctuality === 'LATE' && <Icon name="critical" size={13} />}
        {punctuality === 'AT_RISK' && <Icon name="warning" size={13} />}
        {promiseText(order, nowMs)}
      </span>
    </button>
  );
}
