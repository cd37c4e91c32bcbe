import { Button } from '@mantine/core';
import { useMemo, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { useAnswer } from '../live/useAnswer.js';
import { Dialog } from '../page/Dialog.js';
import { Icon } from '../page/Icon.js';
import { momentText } from '../page/timeText.js';
import { isLow, type Level } from './level.js';
import { LEVEL_DETAIL_DOCUMENT, readLevelDetail, type LevelDetail } from './levelDetail.js';
import { LevelHoldings } from './LevelHoldings.js';
import styles from './LevelDrawer.module.css';
import { LevelMovements } from './LevelMovements.js';
import { quantityText } from './quantityText.js';

/** What the drawer shows beside the live figures is asked for again this often while it is open. */
const RENEW_MS = 3_000;

/** One level in full: what it is made of, who holds it, what moved last. */
export function LevelDrawer({ levelId, onClose }: { readonly levelId: string; readonly onClose: () => void }) {
  const { stock } = useDesk();
  const level = useSyncExternalStore(stock.bell.listen, () => stock.levels.get(levelId)?.level ?? null);
  const isComplete = useSyncExternalStore(stock.bell.listen, () => stock.isComplete);
  if (level === null) {
    return (
      <Dialog title="Level" place="side" onClose={onClose}>
        <p className={styles['none']}>{isComplete ? 'This level is not there, or no longer.' : 'Fetching stock…'}</p>
      </Dialog>
    );
  }
  return (
    <Dialog title={`${level.sku} at ${level.location}`} place="side" onClose={onClose}>
      <Inside key={levelId} level={level} />
    </Dialog>
  );
}

function Inside({ level }: { readonly level: Level }) {
  const variables = useMemo(() => ({ sku: level.sku, code: level.location }), [level.sku, level.location]);
  const { data, fault } = useAnswer(LEVEL_DETAIL_DOCUMENT, variables, RENEW_MS);
  const detail = useMemo(() => (data === null ? null : readLevelDetail(data)), [data]);
  return (
    <div className={styles['inside']} data-testid="level-drawer">
      <Figures level={level} detail={detail} />
      <div className={styles['actions']}>
        <Button
          component={Link}
          href={`/items/${encodeURIComponent(level.sku)}?location=${encodeURIComponent(level.location)}`}
          size="sm"
          rightSection={<Icon name="next" size={13} />}
          data-testid="to-item"
        >
          Its history
        </Button>
        <span>
          Moved last at <time dateTime={new Date(level.updatedAtMs).toISOString()}>{momentText(level.updatedAtMs, Date.now())}</time>
        </span>
      </div>
      {fault !== null && (
        <p className={styles['fault']} role="status">
          <Icon name="warning" size={14} /> {fault}
        </p>
      )}
      <LevelHoldings detail={detail} />
      {detail !== null && <LevelMovements sku={level.sku} locationId={detail.locationId} renewMs={RENEW_MS} />}
    </div>
  );
}

/** The level as the sum that it is. */
function Figures({ level, detail }: { readonly level: Level; readonly detail: LevelDetail | null }) {
  return (
    <table className={styles['figures']}>
      <caption className="visuallyHidden">What the stock is made of</caption>
      <tbody>
        <Figure name="On hand" quantity={level.onHand} isSum />
        <Figure name="Available" note="fit to be sold and not promised" quantity={level.available} />
        <Figure name="Reserved" note="promised to orders" quantity={level.reserved} />
        <Figure name="Unsellable" note={detail === null ? '' : unsellableNote(detail)} quantity={level.unsellable} />
        <Figure name="Waiting" note="asked for, and not there" quantity={detail?.backordered ?? null} isApart />
        <Figure name="Reorder point" note={isLow(level) ? `low: position ${quantityText(level.position)}` : ''} quantity={level.reorderPoint} />
        <Figure name="Safety stock" quantity={detail?.safetyStock ?? null} />
      </tbody>
    </table>
  );
}

interface FigureProps {
  readonly name: string;
  readonly note?: string;
  /** Null where there is none. */
  readonly quantity: number | null;
  readonly isSum?: boolean;
  /** The first of those that are no part of the sum. */
  readonly isApart?: boolean;
}

function Figure({ name, note = '', quantity, isSum = false, isApart = false }: FigureProps) {
  return (
    <tr data-sum={isSum || undefined} data-apart={isApart || undefined}>
      <th scope="row">
        {name}
        {note !== '' && <small>{note}</small>}
      </th>
      <td data-negative={(quantity !== null && quantity < 0) || undefined}>{quantity === null ? '–' : quantityText(quantity)}</td>
    </tr>
  );
}

function unsellableNote({ inspection, hold, damaged }: LevelDetail): string {
  const parts = [
    [inspection, 'in inspection'],
    [hold, 'on hold'],
    [damaged, 'damaged'],
  ] as const;
  return parts.flatMap(([quantity, name]) => (quantity === 0 ? [] : [`${quantityText(quantity)} ${name}`])).join(', ');
}
