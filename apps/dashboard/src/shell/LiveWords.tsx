import { useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import styles from './LiveWords.module.css';
import { liveText } from './liveText.js';
import { useNow } from '../page/useNow.js';

/** Fast enough for tenths of a second to move, slow enough to be read. */
const RENEW_MS = 300;

/** "Live – 0.3 s ago": how far what is on the screen can be trusted to be of now. */
export function LiveWords() {
  const { connection, stock } = useDesk();
  const state = useSyncExternalStore(connection.bell.listen, () => connection.state);
  const nowMs = useNow(RENEW_MS);
  const quietMs = connection.heardAtMs === null ? null : nowMs - connection.heardAtMs;
  const { tone, words, since, remark } = liveText({ state, isComplete: stock.isComplete, quietMs, freshness: stock.freshness });
  return (
    <p className={styles['words']} data-tone={tone} data-testid="live-state" data-state={state.kind}>
      <span className={styles['dot']} aria-hidden="true" />
      {/* Only the word is announced: the seconds would never let a screen reader rest. */}
      <span role="status">{words}</span>
      {since !== '' && (
        <span className={styles['since']} aria-hidden="true">
          – {since}
        </span>
      )}
      {remark !== '' && <span className={styles['remark']}>{remark}</span>}
    </p>
  );
}
