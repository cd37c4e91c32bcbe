import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../live/useAnswer.js';
import { Icon } from '../page/Icon.js';
import { Panel } from '../page/Panel.js';
import { useNow } from '../page/useNow.js';
import { usePause } from '../live/pause.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './Movers.module.css';
import { lastHour, MOVERS_DOCUMENT, readMovers, type Mover } from './movers.js';

const RENEW_MS = 30_000;

/** What moved most in the last hour, out and in. */
export function Movers() {
  const { data, fault } = useAnswer(MOVERS_DOCUMENT, useLastHour());
  const movers = useMemo(() => (data === null ? null : readMovers(data)), [data]);
  return (
    <Panel title="Moved most in the last hour" link={{ href: '/stock?sort=-updated', text: 'Latest changes' }} fault={fault} testId="movers">
      <div className={styles['lists']}>
        <MoverList title="Out" icon="up" movers={movers?.outflow ?? null} />
        <MoverList title="In" icon="down" movers={movers?.inflow ?? null} />
      </div>
    </Panel>
  );
}

/** A new hour every so often, but not while paused. */
function useLastHour(): ReturnType<typeof lastHour> {
  const nowMs = useNow(RENEW_MS);
  const { isPaused } = usePause();
  const [shownMs, setShownMs] = useState(nowMs);
  if (!isPaused && shownMs !== nowMs) setShownMs(nowMs);
  return useMemo(() => lastHour(shownMs), [shownMs]);
}

interface MoverListProps {
  readonly title: string;
  readonly icon: 'up' | 'down';
  /** Null while not known. */
  readonly movers: readonly Mover[] | null;
}

function MoverList({ title, icon, movers }: MoverListProps) {
  const most = Math.max(1, ...(movers ?? []).map(({ units }) => units));
  return (
    <div>
      <h4 className={styles['title']}>
        <Icon name={icon} size={13} />
        {title}
      </h4>
      {movers === null && <p className={styles['none']}>…</p>}
      {movers?.length === 0 && <p className={styles['none']}>Nothing in this hour.</p>}
      <ol className={styles['list']}>
        {movers?.map(({ sku, units }) => (
          <li key={sku}>
            <Link href={`/items/${encodeURIComponent(sku)}`}>
              <span className={styles['bar']} style={{ width: `${(units / most) * 100}%` }} aria-hidden="true" />
              <span className={styles['sku']}>{sku}</span>
              <span className={styles['units']}>{quantityText(units)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </div>
  );
}
