import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './ItemPage.module.css';
import type { StockSeries } from './itemHistory.js';

const HEIGHT_PX = 260;

/** The picture of a series; what it says stands in words beside it. */
export function Chart({ series, label }: { readonly series: StockSeries; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new UPlot(optionsOf(element), dataOf(EMPTY), element);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [colorScheme]);
  useEffect(() => plot.current?.setData(dataOf(series)), [series, colorScheme]);
  return <div ref={place} className={styles['chart']} role="img" aria-label={label} />;
}

const EMPTY: StockSeries = { bucket: '', atMs: [], onHandMin: [], onHandMax: [], onHandLast: [], availableLast: [], inflow: [], outflow: [] };

function dataOf({ atMs, onHandMin, onHandMax, onHandLast, availableLast }: StockSeries): UPlot.AlignedData {
  return [atMs.map((ms) => ms / 1_000), [...onHandMax], [...onHandMin], [...onHandLast], [...availableLast]];
}

/** Colours are the page's own, so that both schemes have theirs. */
function optionsOf(element: HTMLElement): UPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--ink-3'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };
  const stepped = UPlot.paths.stepped?.({ align: 1 });
  const paths = stepped === undefined ? {} : { paths: stepped };
  const hidden = { width: 0, points: { show: false }, ...paths };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_plot, min, max) => [Math.min(0, min), Math.max(1, max * 1.06)] } },
    axes: [axis, { ...axis, size: 60 }],
    bands: [{ series: [1, 2], fill: colour('--accent-tint') }],
    series: [
      { label: 'From' },
      { label: 'Most on hand', stroke: colour('--line-strong'), ...hidden },
      { label: 'Least on hand', stroke: colour('--line-strong'), ...hidden },
      { label: 'On hand', stroke: colour('--accent'), width: 2, points: { show: false }, ...paths },
      { label: 'Available', stroke: colour('--warn'), width: 1.5, dash: [5, 4], points: { show: false }, ...paths },
    ],
  };
}
