import { Button, CloseButton, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { Icon } from '../page/Icon.js';
import type { LevelFilter } from './levelFilter.js';
import { quantityText } from './quantityText.js';
import styles from './StockToolbar.module.css';
import type { GridOrder } from './useGridOrder.js';

interface StockToolbarProps {
  readonly filter: LevelFilter;
  readonly onFilter: (filter: LevelFilter) => void;
  readonly order: GridOrder;
}

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
      />
      <NativeSelect
        className={styles['location'] ?? ''}
        aria-label="Location"
        value={filter.location}
        onChange={(event) => onFilter({ ...filter, location: event.currentTarget.value })}
        data={[{ value: '', label: 'All locations' }, ...locations]}
        data-testid="location"
      />
      <Switch
        label="Only low or negative"
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
        <PauseButton />
      </div>
    </div>
  );
}

function PauseButton() {
  const { stock } = useDesk();
  const isPaused = useSyncExternalStore(stock.bell.listen, () => stock.isPaused);
  const missedCount = useSyncExternalStore(stock.bell.listen, () => stock.missedCount);
  return (
    <Button
      size="xs"
      variant={isPaused ? 'filled' : 'default'}
      leftSection={<Icon name={isPaused ? 'play' : 'pause'} size={14} />}
      onClick={() => (isPaused ? stock.resume() : stock.pause())}
      title={isPaused ? 'Show stock as it is now' : 'Hold the grid still; alerts keep coming'}
      data-testid="pause"
      data-missed={missedCount}
    >
      {isPaused ? `Resume · ${quantityText(missedCount)} changed` : 'Pause'}
    </Button>
  );
}
