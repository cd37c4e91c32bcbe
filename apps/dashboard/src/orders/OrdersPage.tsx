import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { FrameBell } from '../live/FrameBell.js';
import { useShown } from '../live/useShown.js';
import { useStream } from '../live/useStream.js';
import { stageWords } from '../now/stageWords.js';
import { CsvButton } from '../page/CsvButton.js';
import { Icon } from '../page/Icon.js';
import { PageHead } from '../page/PageHead.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { useNow } from '../page/useNow.js';
import { useParam } from '../page/useParam.js';
import { quantityText } from '../stock/quantityText.js';
import { ORDERS_DOCUMENT, type Order } from './order.js';
import { OrderBoard } from './OrderBoard.js';
import { OrderColumns } from './OrderColumns.js';
import { OrderDrawer } from './OrderDrawer.js';
import { OrderList } from './OrderList.js';
import { compareOrders, OPEN_STAGES, promiseText, punctualityNow, STAGES } from './orderRank.js';
import styles from './OrdersPage.module.css';

const TYPING_MS = 250;

/** Orders by stage, or as a list; late ones first. The address says what is filtered, and which order is open. */
export function OrdersPage() {
  const [search, setSearch] = useParam('search', '');
  const [location, setLocation] = useParam('location', '');
  const [stage, setStage] = useParam('stage', '');
  const [punctuality, setPunctuality] = useParam('punctuality', '');
  const [view, setView] = useParam('view', 'board');
  const [open, setOpen] = useParam('order', '');
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const filter = useMemo(() => ({ stages: stage === '' ? OPEN_STAGES : [stage], search: asked === '' ? null : asked }), [stage, asked]);
  const board = useMemo(() => new OrderBoard(filter, new FrameBell((run) => requestAnimationFrame(run))), [filter]);
  useStream(board.stream);
  const { orders, isComplete } = useShown(board.bell, () => ({ orders: board.read(), isComplete: board.isComplete }));
  const nowMs = useNow(5_000);
  const timed = useMemo(() => orders.map((order) => ({ ...order, punctuality: punctualityNow(order, nowMs) })).toSorted(compareOrders), [orders, nowMs]);
  const locations = useMemo(() => [...new Set(orders.map((order) => order.location))].toSorted(), [orders]);
  const here = timed.filter((order) => location === '' || order.location === location);
  const shown = here.filter((order) => punctuality === '' || order.punctuality === punctuality);
  const count = (which: string): number => here.filter((order) => order.punctuality === which).length;
  const openOrder = ({ source, number }: Order): void => setOpen(`${source}|${number}`);
  return (
    <section className={styles['page']} data-page="orders" data-ready={isComplete || undefined}>
      <PageHead
        title="Orders"
        note={isComplete ? `${quantityText(shown.length)} ${stage === '' ? 'open' : stageWords(stage).toLowerCase()}` : 'Fetching orders…'}
      >
        <CsvButton fileName="orders" columns={CSV_COLUMNS} rows={() => shown.map(csvRow)} />
        <QueryPeek document={ORDERS_DOCUMENT} variables={{ filter, after: null }} />
      </PageHead>
      <div className={styles['tools']}>
        <TextInput
          aria-label="Search by number or customer"
          placeholder="Number or customer"
          data-search
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <NativeSelect
          aria-label="Stage"
          value={stage}
          onChange={({ currentTarget }) => setStage(currentTarget.value)}
          data={[{ value: '', label: 'All open stages' }, ...STAGES.map((value) => ({ value, label: stageWords(value) }))]}
        />
        <NativeSelect
          aria-label="Location"
          value={location}
          onChange={({ currentTarget }) => setLocation(currentTarget.value)}
          data={[
            { value: '', label: 'All locations' },
            ...[...new Set([...locations, ...(location === '' ? [] : [location])])].map((value) => ({ value, label: value })),
          ]}
        />
        <Chip label="Late" icon="critical" count={count('LATE')} isOn={punctuality === 'LATE'} onToggle={(isOn) => setPunctuality(isOn ? 'LATE' : '')} />
        <Chip
          label="At risk"
          icon="warning"
          count={count('AT_RISK')}
          isOn={punctuality === 'AT_RISK'}
          onToggle={(isOn) => setPunctuality(isOn ? 'AT_RISK' : '')}
        />
        <Button size="sm" variant="default" onClick={() => setView(view === 'board' ? 'list' : 'board')} data-testid="orders-view">
          {view === 'board' ? 'As a list' : 'As a board'}
        </Button>
      </div>
      {isComplete && shown.length === 0 && <NoOrders isFiltered={orders.length > 0 || stage !== '' || asked !== ''} />}
      {shown.length > 0 && view === 'board' && <OrderColumns orders={shown} stages={stage === '' ? OPEN_STAGES : [stage]} nowMs={nowMs} onOpen={openOrder} />}
      {shown.length > 0 && view !== 'board' && <OrderList orders={shown} nowMs={nowMs} onOpen={openOrder} />}
      {open !== '' && <OrderDrawer key={open} reference={open} onClose={() => setOpen('')} />}
    </section>
  );
}

interface ChipProps {
  readonly label: string;
  readonly icon: 'critical' | 'warning';
  readonly count: number;
  readonly isOn: boolean;
  readonly onToggle: (isOn: boolean) => void;
}

function Chip({ label, icon, count, isOn, onToggle }: ChipProps) {
  return (
    <button type="button" className={styles['chip']} data-kind={icon} data-empty={count === 0 || undefined} aria-pressed={isOn} onClick={() => onToggle(!isOn)}>
      <Icon name={icon} size={14} />
      {label}
      <span>{quantityText(count)}</span>
    </button>
  );
}

function NoOrders({ isFiltered }: { readonly isFiltered: boolean }) {
  const [search, setSearch] = useParam('search', '');
  return (
    <div className={styles['empty']} data-testid="no-orders">
      <h3>{isFiltered ? 'No order matches' : 'No open orders'}</h3>
      <p>
        {isFiltered
          ? 'Take a filter away to see more.'
          : 'Orders appear here as soon as they are placed: POST /v1/orders at the ingest, or an event order.placed.'}
      </p>
      {search !== '' && (
        <Button size="xs" variant="default" onClick={() => setSearch('')}>
          Clear the search
        </Button>
      )}
    </div>
  );
}

const CSV_COLUMNS = ['order', 'source', 'location', 'stage', 'punctuality', 'promise', 'promisedShipBy', 'placedAt', 'customer', 'priority'];
const csvRow = (order: Order): (string | number)[] => [
  order.number,
  order.source,
  order.location,
  order.stage,
  order.punctuality,
  promiseText(order, Date.now()),
  order.promisedShipByMs === null ? '' : new Date(order.promisedShipByMs).toISOString(),
  new Date(order.placedAtMs).toISOString(),
  order.customer ?? '',
  order.priority,
];
