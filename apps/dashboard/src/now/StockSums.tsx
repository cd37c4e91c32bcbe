import { Link } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { useShown } from '../live/useShown.js';
import { Icon, type IconName } from '../page/Icon.js';
import { totalLevels } from '../stock/levelTotals.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './StockSums.module.css';
import { useCalmly } from './useCalmly.js';

/** What all stock comes to, each figure leading to the levels that make it. */
export function StockSums() {
  const { stock } = useDesk();
  const beat = useCalmly();
  const totals = useShown(beat, () => (stock.isComplete ? totalLevels([...stock.levels.values()].map(({ level }) => level)) : null));
  const figures: readonly SumProps[] = [
    { name: 'Levels', value: totals?.levels ?? null, href: '/stock' },
    { name: 'Units on hand', value: totals?.onHand ?? null, href: '/stock?sort=-onHand' },
    { name: 'Low', value: totals?.low ?? null, href: '/stock?show=attention', sign: { icon: 'low', tone: 'warn' } },
    { name: 'Below zero', value: totals?.negative ?? null, href: '/stock?show=attention&sort=available', sign: { icon: 'negative', tone: 'bad' } },
  ];
  return (
    <ul className={styles['sums']} aria-label="Stock" data-testid="stock-sums">
      {figures.map((figure) => (
        <Sum key={figure.name} {...figure} />
      ))}
    </ul>
  );
}

interface SumProps {
  readonly name: string;
  /** Null while nothing is known yet. */
  readonly value: number | null;
  readonly href: string;
  /** Shown once there is at least one. */
  readonly sign?: { readonly icon: IconName; readonly tone: 'warn' | 'bad' };
}

function Sum({ name, value, href, sign }: SumProps) {
  const isRaised = sign !== undefined && value !== null && value > 0;
  return (
    <li>
      <Link href={href} data-tone={isRaised ? sign.tone : 'calm'}>
        <span className={styles['name']}>{name}</span>
        <span className={styles['value']}>
          {isRaised && <Icon name={sign.icon} size={18} />}
          {value === null ? '–' : quantityText(value)}
        </span>
      </Link>
    </li>
  );
}
