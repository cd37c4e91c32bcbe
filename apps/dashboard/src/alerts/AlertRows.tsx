import { Checkbox } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { Icon } from '../page/Icon.js';
import { agoText } from '../page/timeText.js';
import { useKeys } from '../page/useKeys.js';
import { useNow } from '../page/useNow.js';
import { quantityText } from '../stock/quantityText.js';
import type { Alert } from './alert.js';
import { rangeOf } from './alertInbox.js';
import styles from './AlertRows.module.css';
import { kindWords, SEVERITY_WORDS, statusWords } from './alertWords.js';

/** More than anybody goes through; filters lead to the rest. */
const ROWS_MAX = 300;

interface AlertRowsProps {
  readonly alerts: readonly Alert[];
  readonly selected: ReadonlySet<string>;
  /** Given what makes the new selection of the one before: keys may come faster than pages are drawn. */
  readonly onSelected: (change: (selected: ReadonlySet<string>) => ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
}

/** Alerts under each other. `j` and `k` move, `x` selects, Enter opens; with Shift a click selects all from the last one. */
export function AlertRows({ alerts, selected, onSelected, onOpen }: AlertRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const last = useRef<string | null>(null);
  const nowMs = useNow(10_000);
  const rows = useHeldOrder(alerts.slice(0, ROWS_MAX), list);
  const ids = rows.map(({ id }) => id);
  const select = (id: string, isRange: boolean): void => {
    const range = isRange ? rangeOf(ids, last.current, id) : [id];
    last.current = id;
    onSelected((before) => {
      const next = new Set(before);
      for (const each of range) {
        if (before.has(id)) next.delete(each);
        else next.add(each);
      }
      return next;
    });
  };
  const now = useRef({ select });
  now.current = { select };
  const bindings = useMemo(
    () => ({
      j: { label: 'Next alert', run: () => moveFocus(list.current, 1) },
      k: { label: 'Alert before', run: () => moveFocus(list.current, -1) },
      x: {
        label: 'Select the alert',
        run: () => {
          const id = focusedRow(list.current)?.dataset['alertId'];
          if (id !== undefined) now.current.select(id, false);
        },
      },
    }),
    [],
  );
  useKeys(bindings);
  return (
    <>
      <ul className={styles['rows']} ref={list} aria-label="Alerts">
        {rows.map((alert) => (
          <Row key={alert.id} alert={alert} nowMs={nowMs} isSelected={selected.has(alert.id)} onSelect={select} onOpen={onOpen} />
        ))}
      </ul>
      {alerts.length > ROWS_MAX && <p className={styles['more']}>{quantityText(alerts.length - ROWS_MAX)} more: filter to see them.</p>}
    </>
  );
}

interface RowProps {
  readonly alert: Alert;
  readonly nowMs: number;
  readonly isSelected: boolean;
  readonly onSelect: (id: string, isRange: boolean) => void;
  readonly onOpen: (id: string) => void;
}

function Row({ alert, nowMs, isSelected, onSelect, onOpen }: RowProps) {
  const { word, icon } = SEVERITY_WORDS[alert.severity];
  const status = statusWords(alert);
  return (
    <li data-alert={alert.kind} data-alert-id={alert.id} data-status={alert.status} data-severity={alert.severity} data-selected={isSelected || undefined}>
      <Checkbox
        aria-label={`Select: ${alert.title}`}
        checked={isSelected}
        onChange={({ nativeEvent }) => onSelect(alert.id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
      />
      <button type="button" onClick={() => onOpen(alert.id)}>
        <span className={styles['head']}>
          <span className={styles['severity']}>
            <Icon name={status?.icon ?? icon} size={14} />
            {status?.words ?? word}
          </span>
          <span>{kindWords(alert.kind)}</span>
          {alert.occurrences > 1 && <span title={`Seen ${quantityText(alert.occurrences)} times`}>{quantityText(alert.occurrences)}×</span>}
          <time dateTime={new Date(alert.openedAtMs).toISOString()} title={new Date(alert.openedAtMs).toLocaleString()}>
            {agoText(alert.openedAtMs, nowMs)}
          </time>
        </span>
        <span className={styles['title']}>{alert.title}</span>
        <span className={styles['explanation']}>{withoutTitle(alert)}</span>
      </button>
    </li>
  );
}

/** The server's explanation begins with the title, which stands above it. */
const withoutTitle = ({ title, explanation }: Alert): string => (explanation.startsWith(`${title}. `) ? explanation.slice(title.length + 2) : explanation);

/** While the pointer or the focus is on a row, rows stay where they are: new ones come below, and those that left go. */
function useHeldOrder(alerts: readonly Alert[], list: React.RefObject<HTMLUListElement | null>): readonly Alert[] {
  const [order, setOrder] = useState<readonly string[]>([]);
  const ids = alerts.map(({ id }) => id);
  const isHeld = list.current !== null && (list.current.matches(':hover') || list.current.contains(document.activeElement));
  const wanted = isHeld ? [...order.filter((id) => ids.includes(id)), ...ids.filter((id) => !order.includes(id))] : ids;
  if (wanted.length !== order.length || wanted.some((id, index) => id !== order[index])) setOrder(wanted);
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return wanted.flatMap((id) => byId.get(id) ?? []);
}

function focusedRow(list: HTMLElement | null): HTMLElement | null {
  const row = document.activeElement?.closest('[data-alert-id]');
  return row instanceof HTMLElement && list?.contains(row) === true ? row : null;
}

function moveFocus(list: HTMLElement | null, step: 1 | -1): void {
  if (list === null) return;
  const rows = [...list.querySelectorAll<HTMLElement>('[data-alert-id]')];
  const from = focusedRow(list);
  const at = from === null ? (step === 1 ? -1 : rows.length) : rows.indexOf(from);
  rows[Math.min(Math.max(0, at + step), rows.length - 1)]?.querySelector('button')?.focus();
}
