import { lazy, Suspense, useMemo } from 'react';
import { useAnswer } from '../live/useAnswer.js';
import { CsvButton } from '../page/CsvButton.js';
import { Panel } from '../page/Panel.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { momentText } from '../page/timeText.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './ItemPage.module.css';
import { ITEM_SERIES_DOCUMENT, readSeries, type StockSeries } from './itemHistory.js';
import type { TimeRange } from './timeWindows.js';

const Chart = lazy(async () => ({ default: (await import('./Chart.js')).Chart }));
const RENEW_MS = 5_000;

interface StockCurveProps {
  readonly sku: string;
  /** Null: over all locations. */
  readonly locationId: string | null;
  readonly range: TimeRange;
}

/** Stock over time: a picture, and the same in words and as a table. */
export function StockCurve({ sku, locationId, range }: StockCurveProps) {
  const variables = useMemo(
    () => ({ sku, locationId, window: { from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() } }),
    [sku, locationId, range],
  );
  const { data, fault } = useAnswer(ITEM_SERIES_DOCUMENT, variables, RENEW_MS);
  const series = useMemo(() => (data === null ? null : readSeries(data)), [data]);
  return (
    <Panel title="Stock over time" fault={fault} testId="stock-curve">
      {series !== null && (
        <>
          <p className={styles['none']}>{summaryOf(series)}</p>
          <Suspense fallback={<div className={styles['chart']} />}>
            <Chart series={series} label={`Stock of ${sku}: ${summaryOf(series)}`} />
          </Suspense>
          <details className={styles['details']}>
            <summary>The same as a table</summary>
            <SeriesTable series={series} />
          </details>
        </>
      )}
      {series === null && fault === null && <div className={styles['chart']} />}
      <div className={styles['tools']}>
        <CsvButton fileName={`stock-${sku}`} columns={COLUMNS} rows={() => (series === null ? [] : rowsOf(series))} />
        <QueryPeek document={ITEM_SERIES_DOCUMENT} variables={variables} />
      </div>
    </Panel>
  );
}

function summaryOf({ onHandMin, onHandMax, inflow, outflow }: StockSeries): string {
  const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
  return `between ${quantityText(Math.min(...onHandMin))} and ${quantityText(Math.max(...onHandMax))}; ${quantityText(sum(inflow))} came in, ${quantityText(sum(outflow))} left`;
}

const COLUMNS = ['from', 'onHandMin', 'onHandMax', 'onHandLast', 'availableLast', 'inflow', 'outflow'];
const rowsOf = (series: StockSeries): (string | number)[][] =>
  series.atMs.map((atMs, index) => [
    new Date(atMs).toISOString(),
    ...[series.onHandMin, series.onHandMax, series.onHandLast, series.availableLast, series.inflow, series.outflow].map((figures) => figures[index] ?? 0),
  ]);

/** Rows of a table that people can read. */
const TABLE_ROWS_MAX = 48;

function SeriesTable({ series }: { readonly series: StockSeries }) {
  const step = Math.ceil(series.atMs.length / TABLE_ROWS_MAX);
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">On hand</th>
          <th scope="col">Available</th>
          <th scope="col">In</th>
          <th scope="col">Out</th>
        </tr>
      </thead>
      <tbody>
        {series.atMs.flatMap((atMs, index) =>
          index % step !== 0
            ? []
            : [
                <tr key={atMs}>
                  <th scope="row">{momentText(atMs, Date.now())}</th>
                  <td>{quantityText(series.onHandLast[index] ?? 0)}</td>
                  <td>{quantityText(series.availableLast[index] ?? 0)}</td>
                  <td>{quantityText(series.inflow.slice(index, index + step).reduce((sum, figure) => sum + figure, 0))}</td>
                  <td>{quantityText(series.outflow.slice(index, index + step).reduce((sum, figure) => sum + figure, 0))}</td>
                </tr>,
              ],
        )}
      </tbody>
    </table>
  );
}
