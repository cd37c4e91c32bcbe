import { Button } from '@mantine/core';
import { useState, useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { Icon } from '../page/Icon.js';
import { useNow } from '../page/useNow.js';
import { quantityText } from '../stock/quantityText.js';
import { AlertCard } from './AlertCard.js';
import styles from './AlertInbox.module.css';

/** Cards that are shown at first, and more with each asking: nobody reads a thousand, and each costs the browser. */
const CARDS_STEP = 50;
/** "3 min ago" moves on by itself. */
const RENEW_MS = 10_000;

/** Where TopBar's shortcut leads. */
export const INBOX_DOM_ID = 'alerts';

/** Open alerts, newest first. They go on arriving while the grid is paused. */
export function AlertInbox({ onShowLevel }: { readonly onShowLevel: (levelId: string) => void }) {
  const { alerts } = useDesk();
  const listed = useSyncExternalStore(alerts.bell.listen, () => alerts.listed);
  const isComplete = useSyncExternalStore(alerts.bell.listen, () => alerts.isComplete);
  const [cardsMax, setCardsMax] = useState(CARDS_STEP);
  const nowMs = useNow(RENEW_MS);
  const openCount = listed.length - alerts.leaving.size;
  return (
    <aside className={styles['inbox']} id={INBOX_DOM_ID} aria-label="Alerts" data-testid="alert-inbox">
      <header className={styles['header']}>
        <h2>Alerts</h2>
        <span className={styles['count']} data-testid="alert-count" data-value={openCount} role="status">
          {isComplete ? `${quantityText(openCount)} open` : 'loading…'}
        </span>
        {alerts.counts.critical > 0 && <span className={styles['critical']}>{quantityText(alerts.counts.critical)} critical</span>}
      </header>
      {listed.length === 0 && isComplete && <Calm />}
      <ul className={styles['list']}>
        {listed.slice(0, cardsMax).map((alert) => (
          <AlertCard
            key={alert.id}
            alert={alert}
            leaving={alerts.leaving.get(alert.id) ?? null}
            nowMs={Math.max(nowMs, alert.openedAtMs)}
            onShowLevel={onShowLevel}
          />
        ))}
        {listed.length > cardsMax && (
          <li className={styles['more']}>
            <Button size="xs" variant="default" fullWidth onClick={() => setCardsMax(cardsMax + CARDS_STEP)}>
              Show older ones ({quantityText(listed.length - cardsMax)})
            </Button>
          </li>
        )}
      </ul>
    </aside>
  );
}

function Calm() {
  return (
    <div className={styles['calm']} data-testid="no-alerts">
      <Icon name="calm" size={30} />
      <h3>All calm</h3>
      <p>Nothing needs you. Set a reorder point in the grid, and you hear of it here when stock falls to it. Stock below zero is reported by itself.</p>
    </div>
  );
}
