import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useParams } from 'wouter';
import { useAnswer } from '../live/useAnswer.js';
import { PageHead } from '../page/PageHead.js';
import { useNow } from '../page/useNow.js';
import { useParam } from '../page/useParam.js';
import { quantityText } from '../stock/quantityText.js';
import { AsOf } from './AsOf.js';
import { ITEM_DOCUMENT, readItemNow, type ItemNow } from './itemHistory.js';
import styles from './ItemPage.module.css';
import { ItemLedger } from './ItemLedger.js';
import { skuOfPath } from './skuOfPath.js';
import { StockCurve } from './StockCurve.js';
import { WINDOWS, windowOf } from './timeWindows.js';

const RENEW_MS = 2_000;

/** One item: what there is, what there was, and what moved it. The address says of where and when. */
export function ItemPage() {
  const { sku } = useParams<{ sku: string }>();
  const name = skuOfPath(sku);
  return <OfItem key={name} sku={name} />;
}

function OfItem({ sku }: { readonly sku: string }) {
  const variables = useMemo(() => ({ sku }), [sku]);
  const { data, fault } = useAnswer(ITEM_DOCUMENT, variables, RENEW_MS);
  const item = useMemo(() => (data === null ? undefined : readItemNow(data)), [data]);
  return (
    <section className={styles['page']} data-page="item" data-ready={item !== undefined || undefined}>
      <PageHead title={`Item ${sku}`} note={item == null ? (fault ?? undefined) : nowWords(item)} />
      {item === undefined && fault === null && <p className={styles['none']}>Asking…</p>}
      {item === null && (
        <div className={styles['empty']}>
          <h3>Nothing is known of {sku}</h3>
          <p>It was never in stock anywhere that your token may see. It appears with its first movement.</p>
        </div>
      )}
      {item != null && <Known sku={sku} item={item} />}
    </section>
  );
}

const nowWords = ({ onHand, available, reserved }: ItemNow): string =>
  `${quantityText(onHand)} on hand, ${quantityText(available)} available, ${quantityText(reserved)} reserved`;

function Known({ sku, item }: { readonly sku: string; readonly item: ItemNow }) {
  const [location, setLocation] = useParam('location', '');
  const [window, setWindow] = useParam('window', '24h');
  const [openedAtMs] = useState(() => Date.now());
  const nowMs = Math.max(openedAtMs, useNow(60_000));
  const range = useMemo(() => windowOf(window, nowMs), [window, nowMs]);
  const locationId = item.levels.find((level) => level.location === location)?.locationId ?? null;
  return (
    <>
      <div className={styles['tools']}>
        <NativeSelect
          aria-label="Location"
          value={location}
          onChange={({ currentTarget }) => setLocation(currentTarget.value)}
          data={[{ value: '', label: 'All locations' }, ...item.levels.map((level) => ({ value: level.location, label: level.location }))]}
        />
        <div className={styles['windows']} role="group" aria-label="Window">
          {WINDOWS.map(({ name, label }) => (
            <button key={name} type="button" aria-pressed={window === name} onClick={() => setWindow(name)}>
              {label}
            </button>
          ))}
        </div>
      </div>
      <ul className={styles['levels']}>
        {item.levels
          .filter((level) => location === '' || level.location === location)
          .map((level) => (
            <li key={level.id}>
              <button type="button" onClick={() => setLocation(location === level.location ? '' : level.location)} aria-pressed={location === level.location}>
                <span>{level.location}</span>
                <strong data-negative={level.onHand < 0 || undefined}>{quantityText(level.onHand)}</strong>
                <small>{quantityText(level.available)} available</small>
              </button>
            </li>
          ))}
      </ul>
      <StockCurve sku={sku} locationId={locationId} range={range} />
      <AsOf sku={sku} item={item} location={location} locationId={locationId} range={range} />
      <ItemLedger key={locationId ?? ''} sku={sku} locationId={locationId} />
    </>
  );
}
