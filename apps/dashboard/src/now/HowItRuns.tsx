import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useDesk } from '../live/Desk.js';
import { FrameBell } from '../live/FrameBell.js';
import type { LiveStream } from '../live/LiveConnection.js';
import { useShown } from '../live/useShown.js';
import { useStream } from '../live/useStream.js';
import { Icon } from '../page/Icon.js';
import { agoText } from '../page/timeText.js';
import { useNow } from '../page/useNow.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './HowItRuns.module.css';
import { HEALTH_DOCUMENT, readHealth, type Health, type Service } from './health.js';

/** How fast and how well the house itself runs. Asked for only while it is open: a shift leader wants it on a bad day. */
export function HowItRuns() {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles['details']} onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="how-it-runs">
      <summary>
        <Icon name="next" size={14} />
        How fast it runs
      </summary>
      {isOpen && <Running />}
    </details>
  );
}

function Running() {
  const health = useHealth();
  const nowMs = useNow(5_000);
  if (health === null) return <p className={styles['none']}>Asking…</p>;
  const { eventsPerSecond, p50Ms, p99Ms, quarantined, services, check } = health;
  return (
    <div className={styles['inside']} data-testid="health" data-state={health.state}>
      <dl className={styles['figures']}>
        <Figure name="Events a second" value={eventsPerSecond.toFixed(1)} />
        <Figure name="Half are shown within" value={msText(p50Ms)} />
        <Figure name="99 of 100 within" value={msText(p99Ms)} />
        <div>
          <dt>Waiting in quarantine</dt>
          <dd>
            <Link href="/quality">{quantityText(quarantined)}</Link>
          </dd>
        </div>
      </dl>
      <ul className={styles['services']}>
        {services.map((service) => (
          <ServiceLine key={service.name} {...service} />
        ))}
      </ul>
      {check !== null && (
        <p className={styles['check']}>
          {check.mismatches === 0 ? (
            <>
              <Icon name="check" size={14} /> {quantityText(check.levels)} levels agree with the ledger
            </>
          ) : (
            <>
              <Icon name="warning" size={14} /> {quantityText(check.mismatches)} of {quantityText(check.levels)} levels disagree with the ledger
            </>
          )}
          , checked {agoText(check.atMs, Math.max(nowMs, check.atMs))}.
        </p>
      )}
    </div>
  );
}

function useHealth(): Health | null {
  const { connection } = useDesk();
  const view = useMemo(() => {
    const bell = new FrameBell((run) => requestAnimationFrame(run));
    const held: { health: Health | null } = { health: null };
    const stream: LiveStream = {
      document: HEALTH_DOCUMENT,
      begin: () => null,
      forgetCursor: () => undefined,
      take: (data) => {
        held.health = readHealth(data);
        bell.ring();
      },
    };
    return { bell, held, stream };
  }, [connection]);
  useStream(view.stream);
  return useShown(view.bell, () => view.held.health);
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const msText = (ms: number | null): string => (ms === null ? 'not measured' : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(0)} s`);

const STATE_WORDS: Record<Service['state'], string> = { OK: 'works', DEGRADED: 'works, but slower', DOWN: 'is down' };

function ServiceLine({ name, state, detail, consumerLag }: Service) {
  return (
    <li data-state={state}>
      <Icon name={state === 'OK' ? 'check' : state === 'DOWN' ? 'critical' : 'warning'} size={13} />
      <span>
        <strong>{name}</strong> {STATE_WORDS[state]}
        {consumerLag !== null && consumerLag > 0 && `, ${quantityText(consumerLag)} records behind`}
        {detail !== null && `: ${detail}`}
      </span>
    </li>
  );
}
