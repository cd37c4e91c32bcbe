import { Link } from 'wouter';
import styles from './LevelDrawer.module.css';
import type { Holding, LevelDetail } from './levelDetail.js';
import { quantityText } from './quantityText.js';

/** Who holds stock of a level, or waits for it. `detail` is null while it is asked for. */
export function LevelHoldings({ detail }: { readonly detail: LevelDetail | null }) {
  return (
    <section>
      <h4>Promised to</h4>
      {detail === null && <p className={styles['none']}>Asking…</p>}
      {detail?.holdings.length === 0 && <p className={styles['none']}>Nobody: nothing of it is reserved, and nobody waits for it.</p>}
      <ul className={styles['rows']}>
        {detail?.holdings.map((holding) => (
          <HoldingRow key={holding.id} {...holding} />
        ))}
      </ul>
      {detail?.hasMoreHoldings === true && <p className={styles['none']}>And more: these are the first.</p>}
    </section>
  );
}

function HoldingRow({ reference, line, order, active, backordered }: Holding) {
  const name = order === null ? `Reservation ${reference}` : `Order ${order.number}`;
  return (
    <li>
      <span className={styles['what']}>
        {order === null ? name : <Link href={`/orders?order=${encodeURIComponent(`${order.source}|${order.number}`)}`}>{name}</Link>}
        <small>line {line}</small>
      </span>
      <span className={styles['quantity']}>
        {active > 0 && quantityText(active)}
        {backordered > 0 && <small>{quantityText(backordered)} waiting</small>}
      </span>
    </li>
  );
}
