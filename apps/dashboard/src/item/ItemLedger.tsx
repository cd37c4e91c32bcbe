import { Button } from '@mantine/core';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { FrameBell } from '../live/FrameBell.js';
import { useShown } from '../live/useShown.js';
import { useStream } from '../live/useStream.js';
import { CsvButton } from '../page/CsvButton.js';
import { Panel } from '../page/Panel.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { momentText } from '../page/timeText.js';
import { deltaText, quantityText } from '../stock/quantityText.js';
import { faultText } from '../wire/GatewayFault.js';
import styles from './ItemPage.module.css';
import { ITEM_LEDGER_DOCUMENT, readLedgerPage, type LedgerRow } from './itemHistory.js';
import { kindWords } from './kindWords.js';
import { MovementBoard, ROWS_MAX } from './MovementBoard.js';

interface ItemLedgerProps {
  readonly sku: string;
  /** Null: of all locations. */
  readonly locationId: string | null;
}

/** Every movement of the item, the newest recorded first, live; older ones on demand. */
export function ItemLedger({ sku, locationId }: ItemLedgerProps) {
  const { gateway } = useDesk();
  const filter = useMemo(() => ({ skus: [sku], locationIds: locationId === null ? null : [locationId] }), [sku, locationId]);
  const board = useMemo(() => new MovementBoard(filter, new FrameBell((run) => requestAnimationFrame(run))), [filter]);
  const [isBegun, setBegun] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const variables = useMemo(() => ({ sku, filter, after: null }), [sku, filter]);
  const load = async (): Promise<void> => {
    try {
      const page = readLedgerPage(await gateway.ask(ITEM_LEDGER_DOCUMENT, { ...variables, after: board.next }));
      if (page !== null) board.addOlder(page);
      setFault(null);
      setBegun(true);
    } catch (cause) {
      setFault(faultText(cause));
    }
  };
  const generation = useSyncExternalStore(board.bell.listen, () => board.generation);
  useEffect(() => {
    void load();
    // Loaded once for a board, and again when it lost its place; older pages are asked for by hand.
  }, [board, generation]);
  useStream(isBegun ? board.stream : null);
  const { rows, next, isFull } = useShown(board.bell, () => ({ rows: board.read(), next: board.next, isFull: board.isFull }));
  return (
    <Panel title="Ledger" fault={fault} testId="item-ledger">
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label="Movements">
        <table className={styles['table']}>
          <thead>
            <tr>
              <th scope="col">Happened</th>
              <th scope="col" className={styles['words']}>
                What
              </th>
              <th scope="col" className={styles['words']}>
                Location
              </th>
              <th scope="col">Change</th>
              <th scope="col">Then</th>
              <th scope="col" className={styles['words']}>
                Why
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {isBegun && rows.length === 0 && <p className={styles['none']}>No movements yet.</p>}
      {isFull && <p className={styles['none']}>The newest {quantityText(ROWS_MAX)} are shown here; the query behind this goes further back.</p>}
      <div className={styles['tools']}>
        {next !== null && (
          <Button size="xs" variant="default" onClick={() => void load()}>
            Load older ones
          </Button>
        )}
        <CsvButton fileName={`ledger-${sku}`} columns={COLUMNS} rows={() => rows.map(csvRow)} />
        <QueryPeek document={ITEM_LEDGER_DOCUMENT} variables={variables} />
      </div>
    </Panel>
  );
}

function Row({ row }: { readonly row: LedgerRow }) {
  const { order } = row;
  return (
    <tr data-ledger={row.event}>
      <th scope="row">
        <time dateTime={new Date(row.occurredAtMs).toISOString()} title={`Recorded ${new Date(row.recordedAtMs).toLocaleString()}`}>
          {momentText(row.occurredAtMs, Date.now())}
        </time>
        {row.late && <small className={styles['late']}>told late</small>}
      </th>
      <td className={styles['words']}>
        {kindWords(row.kind)}
        {row.bucket !== 'SELLABLE' && <small>{row.bucket.toLowerCase()}</small>}
      </td>
      <td className={styles['words']}>{row.location}</td>
      <td data-direction={row.delta < 0 ? 'down' : 'up'}>{deltaText(row.delta)}</td>
      <td>{quantityText(row.onHandAfter)}</td>
      <td className={styles['words']}>
        {order !== null && <Link href={`/orders?order=${encodeURIComponent(`${order.source}|${order.number}`)}`}>{order.number}</Link>}
        {[row.reason === null ? null : kindWords(row.reason), order === null ? row.document : null].filter((word) => word !== null).join(' · ')}
        <small>{row.event}</small>
      </td>
    </tr>
  );
}

const COLUMNS = ['occurredAt', 'recordedAt', 'kind', 'location', 'bucket', 'delta', 'onHandAfter', 'reason', 'document', 'late', 'event'];
const csvRow = (row: LedgerRow): (string | number)[] => [
  new Date(row.occurredAtMs).toISOString(),
  new Date(row.recordedAtMs).toISOString(),
  row.kind,
  row.location,
  row.bucket,
  row.delta,
  row.onHandAfter,
  row.reason ?? '',
  row.document ?? '',
  row.late ? 'late' : '',
  row.event,
];
