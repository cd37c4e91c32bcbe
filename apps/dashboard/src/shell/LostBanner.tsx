import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { Icon } from '../page/Icon.js';
import styles from './LostBanner.module.css';
import { momentText } from '../page/timeText.js';
import { useNow } from '../page/useNow.js';

/** Says that what is on the screen is not of now, since when, and when it is tried again. Nothing while all is well. */
export function LostBanner() {
  const { connection } = useDesk();
  const state = useSyncExternalStore(connection.bell.listen, () => connection.state);
  if (state.kind === 'waiting') return <Lost reason={state.reason} retryAtMs={state.retryAtMs} />;
  return state.kind === 'connecting' && state.reason !== null ? <Lost reason={state.reason} retryAtMs={null} /> : null;
}

/** `retryAtMs` is null while it is being tried. */
function Lost({ reason, retryAtMs }: { readonly reason: string; readonly retryAtMs: number | null }) {
  const { connection } = useDesk();
  const nowMs = useNow(500);
  const waitSeconds = retryAtMs === null ? 0 : Math.max(0, Math.ceil((retryAtMs - nowMs) / 1_000));
  return (
    <div className={styles['banner']} role="alert" data-testid="lost-banner">
      <Icon name="plug" size={18} />
      <p>
        <strong>Not live: {reason}.</strong>{' '}
        {connection.heardAtMs === null ? 'Nothing could be loaded yet.' : `You see everything as it was at ${momentText(connection.heardAtMs, nowMs)}.`}{' '}
        <span aria-hidden="true">{waitSeconds === 0 ? 'Trying again…' : `Trying again in ${waitSeconds} s.`}</span>
      </p>
      <Button size="compact-sm" variant="default" onClick={() => connection.retryNow()}>
        Try now
      </Button>
    </div>
  );
}
