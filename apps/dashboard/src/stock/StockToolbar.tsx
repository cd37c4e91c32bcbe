import { Button, CloseButton, NativeSelect, Switch, TextInput } from '@mantine/core';
import { Icon } from '../page/Icon.js';
import { COLUMNS } from './columns.js';
import { readFilter, type LevelFilter } from './levelFilter.js';
import styles from './StockToolbar.module.css';
import type { GridOrder } from './useGridOrder.js';

interface StockToolbarProps {
  readonly filter: LevelFilter;
  readonly onFilter: (filter: LevelFilter) => void;
  readonly order: GridOrder;
}

/** On a phone, where there is no header to sort by. */
const SORTS = COLUMNS.flatMap(({ key, name }) => {
  if (key === 'sku' || key === 'location')
    return [
      { value: key, label: `By ${name}` },
      { value: `-${key}`, label: `By ${name}, backwards` },
    ];
  return [
    { value: `-${key}`, label: `${name}: most first` },
    { value: key, label: `${name}: least first` },
  ];
});

const readSort = (value: string): LevelFilter['sort'] => readFilter(`?sort=${value}`).sort;

/** What narrows the grid, and what holds it still. */
export function StockToolbar({ filter, onFilter, order }: StockToolbarProps) {
  // A location of the address that no level has (yet) is kept, or the field would show another one than the grid obeys.
  const locations = filter.location === '' || order.locations.includes(filter.location) ? order.locations : [filter.location, ...order.locations];
  return (
    <div className={styles['bar']} role="search" aria-label="Filter stock">
      <TextInput
        className={styles['search'] ?? ''}
        aria-label="Search by SKU"
        placeholder="Search by SKU"
        leftSection={<Icon name="search" />}
        rightSection={filter.search === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => onFilter({ ...filter, search: '' })} />}
        value={filter.search}
        onChange={(event) => onFilter({ ...filter, search: event.currentTarget.value })}
        data-testid="search"
        data-search
      />
      <NativeSelect
        className={styles['location'] ?? ''}
        aria-label="Location"
        value={filter.location}
        onChange={(event) => onFilter({ ...filter, location: event.currentTarget.value })}
        data={[{ value: '', label: 'All locations' }, ...locations]}
        data-testid="location"
      />
      <NativeSelect
        className={styles['sort'] ?? ''}
        aria-label="Sort by"
        value={`${filter.sort.descending ? '-' : ''}${filter.sort.key}`}
        onChange={(event) => onFilter({ ...filter, sort: readSort(event.currentTarget.value) })}
        data={SORTS}
        data-testid="sort"
      />
      <Switch
        label="Low or negative"
        checked={filter.needsAttention}
        onChange={(event) => onFilter({ ...filter, needsAttention: event.currentTarget.checked })}
        data-testid="needs-attention"
      />
      <div className={styles['still']}>
        {order.isBehind && (
          <Button size="xs" variant="light" leftSection={<Icon name="sort" size={14} />} onClick={order.refresh} data-testid="re-sort">
            Order has changed: re-sort
          </Button>
        )}
      </div>
    </div>
  );
}
