import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { useAnswer } from '../live/useAnswer.js';
import { stageWords } from '../now/stageWords.js';
import { Dialog } from '../page/Dialog.js';
import { Icon } from '../page/Icon.js';
import { momentText } from '../page/timeText.js';
import { useNow } from '../page/useNow.js';
import { quantityText } from '../stock/quantityText.js';
import { faultText } from '../wire/GatewayFault.js';
import { CANCEL_ORDER_DOCUMENT, ORDER_DETAIL_DOCUMENT, readCancelFault, readOrderDetail, type OrderDetail, type OrderLine } from './order.js';
import styles from './OrderDrawer.module.css';
import { promiseText } from './orderRank.js';

const RENEW_MS = 3_000;

/** One order in full. `reference` is `<source>|<number>`, as the address has it. */
export function OrderDrawer({ reference, onClose }: { readonly reference: string; readonly onClose: () => void }) {
  const at = reference.lastIndexOf('|');
  const variables = useMemo(() => ({ source: reference.slice(0, Math.max(0, at)), number: reference.slice(at + 1) }), [reference, at]);
  const { data, fault, ask } = useAnswer(ORDER_DETAIL_DOCUMENT, variables, RENEW_MS);
  const order = useMemo(() => (data === null ? undefined : readOrderDetail(data)), [data]);
  return (
    <Dialog title={`Order ${variables.number}`} place="side" onClose={onClose}>
      {fault !== null && (
        <p className={styles['fault']} role="status">
          <Icon name="warning" size={14} /> {fault}
        </p>
      )}
      {order === undefined && fault === null && <p className={styles['none']}>Asking…</p>}
      {order === null && <p className={styles['none']}>There is no such order, or it stands at a location that your token may not see.</p>}
      {order != null && <Inside order={order} onChanged={ask} />}
    </Dialog>
  );
}

function Inside({ order, onChanged }: { readonly order: OrderDetail; readonly onChanged: () => void }) {
  const nowMs = useNow(1_000);
  const facts = [
    ['Stands at', order.location],
    ['Customer', order.customer],
    ['Ships to', order.shipTo],
    ['From', order.source],
    ['Placed', momentText(order.placedAtMs, nowMs)],
    ['To be shipped by', order.promisedShipByMs === null ? null : momentText(order.promisedShipByMs, nowMs)],
    ['To arrive by', order.promisedDeliverByMs === null ? null : momentText(order.promisedDeliverByMs, nowMs)],
  ] as const;
  return (
    <div className={styles['inside']} data-testid="order-drawer">
      <p className={styles['state']} data-punctuality={order.punctuality}>
        <strong>{stageWords(order.stage)}</strong> {promiseText(order, nowMs)}
      </p>
      <dl className={styles['facts']}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {order.alerts.length > 0 && (
        <section>
          <h4>Alerts</h4>
          <ul className={styles['plain']}>
            {order.alerts.map(({ id, title, status }) => (
              <li key={id}>
                <Link href={`/alerts?alert=${encodeURIComponent(id)}`}>{title}</Link> <small>{status.toLowerCase()}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h4>Lines</h4>
        <ul className={styles['lines']}>
          {order.lines.map((line) => (
            <Line key={line.id} line={line} location={order.location} />
          ))}
        </ul>
      </section>
      <section>
        <h4>What happened</h4>
        <ol className={styles['timeline']}>
          {order.timeline.map(({ stage, atMs, event }) => (
            <li key={`${stage} ${atMs} ${event ?? ''}`}>
              <strong>{stageWords(stage)}</strong>
              <time dateTime={new Date(atMs).toISOString()} title={new Date(atMs).toLocaleString()}>
                {momentText(atMs, nowMs)}
              </time>
              {event !== null && <code>{event}</code>}
            </li>
          ))}
        </ol>
      </section>
      <CancelOrder order={order} onChanged={onChanged} />
    </div>
  );
}

const PARTS = [
  ['shipped', 'shipped'],
  ['reserved', 'reserved'],
  ['backordered', 'waiting for stock'],
  ['open', 'open'],
  ['cancelled', 'cancelled'],
  ['rejected', 'refused'],
] as const;

function Line({ line, location }: { readonly line: OrderLine; readonly location: string }) {
  const parts = PARTS.map(([part, words]) => ({ part, words, quantity: line[part] })).filter(({ quantity }) => quantity > 0);
  const words = [
    ...parts.map(({ quantity, words: name }) => `${quantityText(quantity)} ${name}`),
    ...(line.returned > 0 ? [`${quantityText(line.returned)} came back`] : []),
  ];
  return (
    <li data-line={line.number}>
      <span className={styles['what']}>
        <Link href={`/items/${encodeURIComponent(line.sku)}?location=${encodeURIComponent(location)}`}>{line.sku}</Link>
        <strong>{quantityText(line.ordered)}</strong>
      </span>
      <span className={styles['bar']} aria-hidden="true">
        {parts.map(({ part, quantity }) => (
          <i key={part} data-part={part} style={{ flexGrow: quantity }} />
        ))}
      </span>
      <small>{words.join(' · ')}</small>
    </li>
  );
}

/** Cancels what is not shipped, in two steps. One key for one reason: pressed twice, it is still one cancellation; with another reason, it is another one. */
function CancelOrder({ order, onChanged }: { readonly order: OrderDetail; readonly onChanged: () => void }) {
  const { gateway } = useDesk();
  const [idempotencyKey, setIdempotencyKey] = useState(() => crypto.randomUUID());
  const [reason, setReason] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const changeReason = (next: string): void => {
    setReason(next);
    setIdempotencyKey(crypto.randomUUID());
  };
  const canBe = order.lines.some(({ open, reserved, backordered }) => open + reserved + backordered > 0);
  if (!canBe) return null;
  const cancel = async (): Promise<void> => {
    setBusy(true);
    try {
      const input = { idempotencyKey, order: { id: order.id }, reason };
      setTold(readCancelFault(await gateway.ask(CANCEL_ORDER_DOCUMENT, { input })) ?? 'Cancelled.');
      onChanged();
    } catch (cause) {
      setTold(faultText(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles['cancel']}>
      {reason === null ? (
        <Button size="sm" variant="default" onClick={() => setReason('')}>
          Cancel what is not shipped…
        </Button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void cancel();
          }}
        >
          <TextInput label="Why is it cancelled?" required value={reason} onChange={({ currentTarget }) => changeReason(currentTarget.value)} autoFocus />
          <Button type="submit" size="sm" color="red" loading={isBusy} disabled={reason.trim() === ''}>
            Cancel the order
          </Button>
          <Button size="sm" variant="default" onClick={() => setReason(null)}>
            Keep it
          </Button>
        </form>
      )}
      {told !== null && <p role="status">{told}</p>}
    </section>
  );
}
