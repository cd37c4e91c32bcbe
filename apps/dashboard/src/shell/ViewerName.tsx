import { useMemo } from 'react';
import { useAnswer } from '../live/useAnswer.js';
import styles from './TopBar.module.css';
import { readViewer, VIEWER_DOCUMENT } from './viewer.js';

const NOTHING = {};

/** The name that the token carries, and whether it only lets its bearer look. Nothing until the gateway has said it. */
export function ViewerName() {
  const { data } = useAnswer(VIEWER_DOCUMENT, NOTHING);
  const viewer = useMemo(() => (data === null ? null : readViewer(data)), [data]);
  if (viewer === null) return null;
  return (
    <span className={styles['viewer']} title={`${viewer.name}: ${viewer.allowance}`} data-testid="viewer">
      {viewer.name}
      {!viewer.mayOperate && <span className={styles['readOnly']}>looks only</span>}
    </span>
  );
}
