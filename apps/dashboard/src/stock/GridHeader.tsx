import { UnstyledButton } from '@mantine/core';
import { Icon } from '../page/Icon.js';
import { COLUMNS, type Column } from './columns.js';
import styles from './GridHeader.module.css';
import type { LevelFilter } from './levelFilter.js';

type Sort = LevelFilter['sort'];

/** The columns' names; each sorts, and the one that does says in which direction. */
export function GridHeader({ sort, onSort }: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  return (
    <div className={styles['header']} role="rowgroup">
      <div className={styles['row']} role="row" aria-rowindex={1}>
        {COLUMNS.map((column, index) => (
          <HeaderCell key={column.key} column={column} columnIndex={index + 1} sort={sort} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

interface HeaderCellProps {
  readonly column: Column;
  readonly columnIndex: number;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}

function HeaderCell({ column, columnIndex, sort, onSort }: HeaderCellProps) {
  const isSorted = sort.key === column.key;
  // Figures are asked for largest, codes and what is short for first.
  const first = column.key === 'onHand' || column.key === 'reserved' || column.key === 'unsellable' || column.key === 'updated';
  const next = { key: column.key, descending: isSorted ? !sort.descending : first };
  return (
    <div
      className={styles['cell']}
      role="columnheader"
      aria-colindex={columnIndex}
      aria-sort={!isSorted ? 'none' : sort.descending ? 'descending' : 'ascending'}
      data-figure={column.isFigure || undefined}
    >
      <UnstyledButton className={styles['button'] ?? ''} title={column.meaning} onClick={() => onSort(next)} data-sorted={isSorted || undefined}>
        {isSorted && <Icon name={sort.descending ? 'down' : 'up'} size={11} />}
        {column.name}
      </UnstyledButton>
    </div>
  );
}
