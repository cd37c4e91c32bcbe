import { useSyncExternalStore } from 'react';
import { useDesk } from '../live/Desk.js';
import { Icon, type IconName } from '../page/Icon.js';
import { isNarrowed, type LevelFilter } from './levelFilter.js';
import type { LevelTotals } from './levelTotals.js';
import { quantityText } from './quantityText.js';
import styles from './StockTotals.module.css';

/** The four figures of what the filter lets through. */
export function StockTotals({ totals, filter }: { readonly totals: LevelTotals; readonly filter: LevelFilter }) {
  const { stock } = useDesk();
  const isKnown = useSyncExternalStore(stock.bell.listen, () => stock.isComplete || stock.levels.size > 0);
  const known = (value: number): number | null => (isKnown ? value : null);
  return (
    <dl className={styles['totals']} aria-label={isNarrowed(filter) ? 'Totals of what is filtered' : 'Totals'}>
      <Total name="Levels" value={known(totals.levels)} testId="total-levels" />
      <Total name="Units on hand" value={known(totals.onHand)} testId="total-on-hand" />
      <Total name="Low" meaning="At or below their reorder point" value={known(totals.low)} testId="total-low" sign={{ icon: 'low', tone: 'warn' }} />
      <Total name="Below zero" value={known(totals.negative)} testId="total-negative" sign={{ icon: 'negative', tone: 'bad' }} />
    </dl>
  );
}

interface TotalProps {
  readonly name: string;
  readonly meaning?: string;
  /** Null while nothing is known yet. */
  readonly value: number | null;
  readonly testId: string;
  /** Shown once there is at least one. */
  readonly sign?: { readonly icon: IconName; readonly tone: 'warn' | 'bad' };
}

function Total({ name, meaning, value, testId, sign }: TotalProps) {
  const isRaised = sign !== undefined && value !== null && value > 0;
  return (
    <div className={styles['total']} title={meaning} data-tone={isRaised ? sign.tone : 'calm'}>
      <dt>{name}</dt>
      <dd data-testid={testId} data-value={value ?? undefined}>
        {isRaised && <Icon name={sign.icon} size={18} />}
        {value === null ? '–' : quantityText(value)}
      </dd>
    </div>
  );
}
