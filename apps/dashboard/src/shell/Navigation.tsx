import { useSyncExternalStore } from 'react';
import { Link, useLocation } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { Icon } from '../page/Icon.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './Navigation.module.css';
import { isAt, PLACES } from './places.js';

/** Where one can go: a rail at the left, on a phone a bar at the bottom. */
export function Navigation() {
  const [path] = useLocation();
  return (
    <nav className={styles['nav']} aria-label="Pages">
      <ul>
        {PLACES.map((place) => (
          <li key={place.path}>
            <Link
              href={place.path}
              className={styles['link'] ?? ''}
              aria-current={isAt(place, path) ? 'page' : undefined}
              title={`${place.name} (g ${place.key})`}
              data-nav={place.key}
            >
              <span className={styles['icon']}>
                <Icon name={place.icon} size={20} />
                {place.path === '/alerts' && <OpenCount />}
              </span>
              <span className={styles['name']}>{place.name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** More than this is a lot, however many. */
const SHOWN_MAX = 99;

function OpenCount() {
  const { alerts } = useDesk();
  const openCount = useSyncExternalStore(alerts.bell.listen, () => alerts.listed.length - alerts.leaving.size);
  if (openCount === 0) return null;
  return (
    <span className={styles['count']}>
      {openCount > SHOWN_MAX ? `${SHOWN_MAX}+` : quantityText(openCount)}
      <span className="visuallyHidden"> open,</span>
    </span>
  );
}
