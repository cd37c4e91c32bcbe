import { UnstyledButton } from '@mantine/core';
import { Icon } from '../page/Icon.js';
import { quantityText } from '../stock/quantityText.js';
import { agoText } from '../page/timeText.js';
import type { Alert } from './alert.js';
import type { LeavingAlert } from './AlertBoard.js';
import styles from './AlertCard.module.css';
import { kindWords, leavingWords, SEVERITY_WORDS } from './alertWords.js';

interface AlertCardProps {
  readonly alert: Alert;
  /** Null while it is open. */
  readonly leaving: LeavingAlert | null;
  readonly nowMs: number;
  readonly onShowLevel: (levelId: string) => void;
}

/** One alert; a click shows the level that it is about. */
export function AlertCard({ alert, leaving, nowMs, onShowLevel }: AlertCardProps) {
  const { word, icon } = SEVERITY_WORDS[alert.severity];
  const { levelId } = alert;
  return (
    <li
      className={styles['card']}
      data-alert={alert.kind}
      data-alert-id={alert.id}
      data-status={statusOf(leaving)}
      data-severity={leaving === null ? alert.severity : 'GONE'}
    >
      <UnstyledButton
        className={styles['button'] ?? ''}
        disabled={levelId === null}
        onClick={() => {
          if (levelId !== null) onShowLevel(levelId);
        }}
      >
        <span className={styles['head']}>
          <span className={styles['severity']}>
            <Icon name={leaving === null ? icon : 'check'} size={14} />
            {leaving === null ? word : leavingWords(leaving)}
          </span>
          <span className={styles['kind']}>{kindWords(alert.kind)}</span>
          {alert.occurrences > 1 && (
            <span className={styles['occurrences']} title={`Seen ${quantityText(alert.occurrences)} times`}>
              {quantityText(alert.occurrences)}×
            </span>
          )}
          <time className={styles['since']} dateTime={new Date(alert.openedAtMs).toISOString()} title={new Date(alert.openedAtMs).toLocaleString()}>
            {agoText(alert.openedAtMs, nowMs)}
          </time>
        </span>
        <span className={styles['title']}>{alert.title}</span>
        <span className={styles['explanation']}>{alert.explanation}</span>
      </UnstyledButton>
    </li>
  );
}

/** As the schema's AlertStatus; an alert of which only the leaving is known is taken for resolved, which nearly all are. */
function statusOf(leaving: LeavingAlert | null): Alert['status'] {
  if (leaving === null) return 'OPEN';
  return leaving.how === 'unknown' ? 'RESOLVED' : leaving.alert.status;
}
