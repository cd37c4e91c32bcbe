import { useMemo } from 'react';
import { Link } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { useAnswer } from '../live/useAnswer.js';
import { useShown } from '../live/useShown.js';
import { Icon } from '../page/Icon.js';
import { useNow } from '../page/useNow.js';
import styles from './Sites.module.css';
import { readSites, SITES_DOCUMENT, siteWords } from './sites.js';

const NOTHING = {};
/** The level stream tells of each movement; asking again finds new sites, and reports that moved nothing. */
const ASK_EVERY_MS = 15_000;
const RENEW_MS = 1_000;
/** Silent ones come first: beyond these everything is well. */
const SHOWN_MAX = 18;

/** In words how fresh each site is: nobody has to know what a normal lag is. */
export function Sites() {
  const { stock } = useDesk();
  const { data, fault } = useAnswer(SITES_DOCUMENT, NOTHING, ASK_EVERY_MS);
  const sites = useMemo(() => (data === null ? null : readSites(data)), [data]);
  const movedAtMs = useShown(stock.bell, () => new Map(stock.movedAtMs));
  const nowMs = useNow(RENEW_MS);
  if (sites === null)
    return <p className={styles['none']}>{fault === null ? 'Asking how fresh each site is…' : `How fresh each site is could not be asked: ${fault}`}</p>;
  if (sites.length === 0) return <p className={styles['none']}>No site has reported anything yet.</p>;
  const words = siteWords(sites, movedAtMs, nowMs);
  return (
    <ul className={styles['sites']} aria-label="How fresh each site is" data-testid="sites">
      {words.slice(0, SHOWN_MAX).map((site) => (
        <li key={site.code} data-site={site.code} data-silent={site.isSilent || undefined}>
          <Link href={`/stock?location=${encodeURIComponent(site.code)}`}>
            {site.isSilent ? <Icon name="warning" size={14} /> : <span className={styles['dot']} aria-hidden="true" />}
            <strong>{site.code}</strong> <span>{site.words}</span>
          </Link>
        </li>
      ))}
      {words.length > SHOWN_MAX && <li className={styles['more']}>and {words.length - SHOWN_MAX} more that talk</li>}
    </ul>
  );
}
