import { useState } from 'react';
import { Icon } from '../page/Icon.js';
import styles from './FigureCell.module.css';
import type { Figure } from './level.js';
import { deltaText, quantityText } from './quantityText.js';
import type { Flash } from './StockBoard.js';

/** As long as the fade in FigureCell.module.css. */
const FLASH_MS = 2_600;

interface FigureCellProps {
  readonly figure: Exclude<Figure, 'reorderPoint'>;
  readonly quantity: number;
  readonly flash: Flash | undefined;
  readonly columnIndex: number;
}

/** A quantity that flashes when it changes, and says below zero in more than colour. */
export function FigureCell({ figure, quantity, flash, columnIndex }: FigureCellProps) {
  return (
    <div
      className={styles['cell']}
      role="gridcell"
      aria-colindex={columnIndex}
      data-cell={figure}
      data-value={quantity}
      data-zero={quantity === 0 || undefined}
    >
      <FlashMark key={flash?.atMs} flash={flash} />
      {quantity < 0 && (
        <span className={styles['negative']} title="Below zero">
          <Icon name="negative" size={12} />
          <span className="visuallyHidden">below zero</span>
        </span>
      )}
      <span data-negative={quantity < 0 || undefined}>{quantityText(quantity)}</span>
    </div>
  );
}

/** The fading ground of a cell that has changed, with the change in words. To be keyed by its time, so that each change starts afresh. */
export function FlashMark({ flash }: { readonly flash: Flash | undefined }) {
  // A row that scrolls into view goes on fading from where it would be, and does not start again.
  const [ageMs] = useState(() => (flash === undefined ? FLASH_MS : performance.now() - flash.atMs));
  if (flash === undefined || ageMs >= FLASH_MS) return null;
  const direction = flash.delta === null ? 'set' : flash.delta > 0 ? 'up' : 'down';
  return (
    <span className={styles['flash']} style={{ animationDelay: `${-Math.round(ageMs)}ms` }} data-flash={direction} aria-hidden="true">
      {flash.delta !== null && (
        <>
          <Icon name={flash.delta > 0 ? 'up' : 'down'} size={11} />
          <span className={styles['delta']}>{deltaText(flash.delta)}</span>
        </>
      )}
    </span>
  );
}
