import { Button, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDesk } from '../live/Desk.js';
import { Icon } from '../page/Icon.js';
import type { PolicyAnswer } from '../wire/Gateway.js';
import cell from './FigureCell.module.css';
import { FlashMark } from './FigureCell.js';
import { isLow, type Level } from './level.js';
import { quantityText, readTypedQuantity } from './quantityText.js';
import styles from './ReorderPointCell.module.css';
import type { Flash } from './StockBoard.js';

interface ReorderPointCellProps {
  readonly level: Level;
  readonly flash: Flash | undefined;
  readonly columnIndex: number;
  readonly isEditing: boolean;
  readonly onEdit: (isEditing: boolean) => void;
}

/** The level's reorder point, with a mark when stock is at or below it; a click, or F2 on the row, sets it in place. */
export function ReorderPointCell({ level, flash, columnIndex, isEditing, onEdit }: ReorderPointCellProps) {
  const { reorderPoint } = level;
  const text = reorderPoint === null ? 'none' : quantityText(reorderPoint);
  const button = (
    <button
      type="button"
      className={styles['button']}
      tabIndex={-1}
      onClick={() => onEdit(!isEditing)}
      aria-label={`${isLow(level) ? 'low ' : ''}${text}: reorder point of ${level.sku} at ${level.location}. Set it`}
    >
      {isLow(level) && (
        <span className={styles['low']}>
          <Icon name="low" size={12} />
          low{' '}
        </span>
      )}
      <span className={styles['pencil']}>
        <Icon name="pencil" size={12} />
      </span>
      {reorderPoint === null ? <span className={styles['none']}>–</span> : text}
    </button>
  );
  return (
    <div
      className={cell['cell']}
      // A click in here sets the reorder point; it is none on the row, which would open it.
      onClick={(event) => event.stopPropagation()}
      role="gridcell"
      aria-colindex={columnIndex}
      data-cell="reorderPoint"
      data-value={reorderPoint ?? undefined}
      data-low={isLow(level) || undefined}
    >
      <FlashMark key={flash?.atMs} flash={flash} />
      {/* Only the one that is edited has a popover: one in each row made scrolling several times as slow. */}
      {!isEditing && button}
      {isEditing && (
        <Popover opened onChange={onEdit} position="bottom-end" withArrow shadow="md" trapFocus width={290}>
          <Popover.Target>{button}</Popover.Target>
          <Popover.Dropdown>
            <ReorderPointForm level={level} onDone={() => onEdit(false)} />
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}

type Outcome = Exclude<PolicyAnswer, { kind: 'set' }> | { readonly kind: 'sending' } | null;

function ReorderPointForm({ level, onDone }: { readonly level: Level; readonly onDone: () => void }) {
  const { gateway } = useDesk();
  const [typed, setTyped] = useState(level.reorderPoint === null ? '' : String(level.reorderPoint));
  const [outcome, setOutcome] = useState<Outcome>(null);
  const send = async (reorderPoint: number | null): Promise<void> => {
    setOutcome({ kind: 'sending' });
    const answer = await gateway.setReorderPoint({ sku: level.sku, location: level.location, reorderPoint });
    if (answer.kind === 'set') onDone();
    else setOutcome(answer);
  };
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    const read = readTypedQuantity(typed);
    if (read.kind === 'fault') setOutcome({ kind: 'refused', message: read.message });
    else void send(read.kind === 'none' ? null : read.quantity);
  };
  return (
    <form className={styles['form']} onSubmit={submit} noValidate data-testid="reorder-form">
      <TextInput
        label={`Reorder point of ${level.sku} at ${level.location}`}
        description="An alert opens when stock is at or below this. Empty: no reorder point."
        inputMode="numeric"
        autoComplete="off"
        data-autofocus
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setOutcome(null);
        }}
        error={outcome?.kind === 'refused' ? outcome.message : null}
      />
      {outcome?.kind === 'undecided' && (
        <p className={styles['pending']} role="status">
          It is in the log, but not applied yet. The cell changes as soon as it is.
        </p>
      )}
      <div className={styles['actions']}>
        <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
          {outcome?.kind === 'undecided' ? 'Close' : 'Cancel'}
        </Button>
        <Button size="xs" type="submit" loading={outcome?.kind === 'sending'}>
          Set
        </Button>
      </div>
    </form>
  );
}
