import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { useAnswer } from '../live/useAnswer.js';
import { Panel } from '../page/Panel.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { momentText } from '../page/timeText.js';
import { useParam } from '../page/useParam.js';
import { deltaText, quantityText } from '../stock/quantityText.js';
import { AS_OF_DOCUMENT, readAsOf, type AsOfRow, type ItemNow } from './itemHistory.js';
import styles from './ItemPage.module.css';
import { kindWords } from './kindWords.js';
import { localText, type TimeRange } from './timeWindows.js';

const SLIDING_MS = 150;
const STEPS = 500;

interface AsOfProps {
  readonly sku: string;
  readonly item: ItemNow;
  readonly location: string;
  readonly locationId: string | null;
  readonly range: TimeRange;
}

/** What there was at a time, as it is known now or as it was known then, beside what there is. */
export function AsOf({ sku, item, location, locationId, range }: AsOfProps) {
  const [at, setAt] = useParam('at', '');
  const [known, setKnown] = useParam('known', 'now');
  const atMs = at === '' ? null : Date.parse(at);
  const chosenMs = atMs === null || Number.isNaN(atMs) ? Math.round((range.fromMs + range.toMs) / 2) : atMs;
  const [askedMs] = useDebouncedValue(chosenMs, SLIDING_MS);
  const choose = (ms: number): void => setAt(new Date(ms).toISOString());
  const variables = useMemo(() => {
    const asked = new Date(askedMs).toISOString();
    return { sku, at: asked, asKnownAt: known === 'then' ? asked : null, locationIds: locationId === null ? null : [locationId] };
  }, [sku, askedMs, known, locationId]);
  const { data, fault } = useAnswer(AS_OF_DOCUMENT, variables);
  const rows = useMemo(() => (data === null ? null : readAsOf(data)), [data]);
  const { fromMs, toMs } = range;
  const stepMs = (toMs - fromMs) / STEPS;
  return (
    <Panel title="At a time" fault={fault} testId="as-of">
      <div className={styles['slider']}>
        <input
          type="range"
          aria-label="Time"
          aria-valuetext={momentText(chosenMs, Date.now())}
          min={0}
          max={STEPS}
          value={Math.round((Math.min(Math.max(chosenMs, fromMs), toMs) - fromMs) / stepMs)}
          onChange={({ currentTarget }) => choose(Math.round(fromMs + Number(currentTarget.value) * stepMs))}
          data-testid="time-slider"
        />
        <TextInput
          type="datetime-local"
          step={1}
          aria-label="Exactly at"
          value={localText(chosenMs)}
          onChange={({ currentTarget }) => {
            const ms = Date.parse(currentTarget.value);
            if (!Number.isNaN(ms)) choose(ms);
          }}
        />
        <div className={styles['windows']} role="group" aria-label="Known when">
          <button type="button" aria-pressed={known === 'now'} onClick={() => setKnown('now')}>
            As known now
          </button>
          <button type="button" aria-pressed={known === 'then'} onClick={() => setKnown('then')} data-testid="as-known-then">
            As known then
          </button>
        </div>
      </div>
      {rows !== null && <Then rows={rows} item={item} location={location} />}
      <QueryPeek document={AS_OF_DOCUMENT} variables={variables} />
    </Panel>
  );
}

function Then({ rows, item, location }: { readonly rows: readonly AsOfRow[]; readonly item: ItemNow; readonly location: string }) {
  const levels = item.levels.filter((level) => location === '' || level.location === location);
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label="Stock then and now">
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">Location</th>
            <th scope="col">Then</th>
            <th scope="col">Available then</th>
            <th scope="col">Now</th>
            <th scope="col">Since</th>
            <th scope="col" className={styles['words']}>
              Last movement then
            </th>
          </tr>
        </thead>
        <tbody>
          {levels.map((level) => {
            const then = rows.find((row) => row.location === level.location);
            const last = then?.last ?? null;
            return (
              <tr key={level.id} data-location={level.location}>
                <th scope="row">{level.location}</th>
                <td data-cell="then">{quantityText(then?.onHand ?? 0)}</td>
                <td>{quantityText(then?.available ?? 0)}</td>
                <td>{quantityText(level.onHand)}</td>
                <td>{deltaText(level.onHand - (then?.onHand ?? 0))}</td>
                <td className={styles['words']}>
                  {last === null ? 'none yet' : `${kindWords(last.kind)} ${deltaText(last.delta)}, ${momentText(last.occurredAtMs, Date.now())}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
