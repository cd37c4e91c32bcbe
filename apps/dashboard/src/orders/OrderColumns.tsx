import { Button } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { stageWords } from '../now/stageWords.js';
import { quantityText } from '../stock/quantityText.js';
import type { Order } from './order.js';
import { OrderCard } from './OrderCard.js';
import styles from './OrderColumns.module.css';

/** Cards a column shows at first, and adds at a time: a column of thousands would be slow, and nobody reads it. */
const CARDS_STEP = 30;

interface OrderColumnsProps {
  readonly orders: readonly Order[];
  readonly stages: readonly string[];
  readonly nowMs: number;
  readonly onOpen: (order: Order) => void;
}

/** A column a stage. Arrow keys go from card to card and from column to column. */
export function OrderColumns({ orders, stages, nowMs, onOpen }: OrderColumnsProps) {
  return (
    <div className={styles['columns']} onKeyDown={moveByArrows} role="group" aria-label="Orders by stage; arrow keys move between cards">
      {stages.map((stage) => (
        <Column key={stage} stage={stage} orders={orders.filter((order) => order.stage === stage)} nowMs={nowMs} onOpen={onOpen} />
      ))}
    </div>
  );
}

function Column({ stage, orders, nowMs, onOpen }: Omit<OrderColumnsProps, 'stages'> & { readonly stage: string }) {
  const [cardsMax, setCardsMax] = useState(CARDS_STEP);
  return (
    <section className={styles['column']} aria-label={stageWords(stage)} data-stage={stage} data-empty={orders.length === 0 || undefined}>
      <h3>
        {stageWords(stage)} <span>{quantityText(orders.length)}</span>
      </h3>
      <ul>
        {orders.slice(0, cardsMax).map((order) => (
          <li key={order.id}>
            <OrderCard order={order} nowMs={nowMs} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {orders.length > cardsMax && (
        <Button size="xs" variant="subtle" onClick={() => setCardsMax(cardsMax + CARDS_STEP)}>
          Show {quantityText(Math.min(CARDS_STEP, orders.length - cardsMax))} more of {quantityText(orders.length - cardsMax)}
        </Button>
      )}
    </section>
  );
}

function moveByArrows(event: KeyboardEvent<HTMLDivElement>): void {
  const card = document.activeElement?.closest('[data-order]');
  if (!(card instanceof HTMLElement)) return;
  const columns = [...event.currentTarget.querySelectorAll('section')].map((column) => [...column.querySelectorAll<HTMLElement>('[data-order]')]);
  const column = columns.findIndex((cards) => cards.includes(card));
  const row = columns[column]?.indexOf(card) ?? 0;
  const target = targetOf(event.key, { columns, column, row });
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}

interface Standing {
  readonly columns: readonly (readonly HTMLElement[])[];
  readonly column: number;
  readonly row: number;
}

function targetOf(key: string, { columns, column, row }: Standing): HTMLElement | undefined {
  if (key === 'ArrowDown') return columns[column]?.[row + 1];
  if (key === 'ArrowUp') return columns[column]?.[row - 1];
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return undefined;
  for (let next = column + step; next >= 0 && next < columns.length; next += step) {
    const cards = columns[next] ?? [];
    if (cards.length > 0) return cards[Math.min(row, cards.length - 1)];
  }
  return undefined;
}
