import { useMemo } from 'react';
import { useAnswer } from '../live/useAnswer.js';
import { momentText } from '../page/timeText.js';
import styles from './LevelDrawer.module.css';
import { LEVEL_MOVEMENTS_DOCUMENT, readMovements, type Movement } from './levelDetail.js';
import { deltaText, quantityText } from './quantityText.js';

interface LevelMovementsProps {
  readonly sku: string;
  readonly locationId: string;
  readonly renewMs: number;
}

/** What moved a level last, newest first. */
export function LevelMovements({ sku, locationId, renewMs }: LevelMovementsProps) {
  const variables = useMemo(() => ({ sku, locationId }), [sku, locationId]);
  const { data, fault } = useAnswer(LEVEL_MOVEMENTS_DOCUMENT, variables, renewMs);
  const movements = useMemo(() => (data === null ? null : readMovements(data)), [data]);
  return (
    <section>
      <h4>Last movements</h4>
      {movements === null && <p className={styles['none']}>{fault ?? 'Asking…'}</p>}
      {movements?.length === 0 && <p className={styles['none']}>None yet.</p>}
      <ul className={styles['rows']}>
        {movements?.map((movement) => (
          <MovementRow key={movement.id} {...movement} />
        ))}
      </ul>
    </section>
  );
}

function MovementRow({ kind, bucket, delta, onHandAfter, reason, document, occurredAtMs, late }: Movement) {
  const more = [
    bucket === 'SELLABLE' ? null : wordsOf(bucket).toLowerCase(),
    reason === null ? null : wordsOf(reason).toLowerCase(),
    document,
    late ? 'told late' : null,
  ];
  return (
    <li>
      <span className={styles['what']}>
        {wordsOf(kind)}
        <small>
          <time dateTime={new Date(occurredAtMs).toISOString()} title={new Date(occurredAtMs).toLocaleString()}>
            {momentText(occurredAtMs, Date.now())}
          </time>
          {more.filter((word) => word !== null).map((word) => ` · ${word}`)}
        </small>
      </span>
      <span className={styles['quantity']}>
        <strong data-direction={delta < 0 ? 'down' : 'up'}>{deltaText(delta)}</strong>
        <small>then {quantityText(onHandAfter)}</small>
      </span>
    </li>
  );
}

function wordsOf(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
