import { useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import type { Alert, Severity } from '../alerts/alert.js';
import type { LeavingAlert } from '../alerts/AlertBoard.js';
import { kindWords, leavingWords, SEVERITY_WORDS } from '../alerts/alertWords.js';
import { useDesk } from '../live/Desk.js';
import { useShown } from '../live/useShown.js';
import { Icon, type IconName } from '../page/Icon.js';
import { Panel } from '../page/Panel.js';
import { agoText } from '../page/timeText.js';
import { useNow } from '../page/useNow.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './OpenAlerts.module.css';

/** As many as fit beside the rest of the page; the worst are among them. */
const SHOWN_MAX = 8;
/** "3 min ago" moves on by itself. */
const RENEW_MS = 10_000;

/** Held down or silent is not resolved, and does not look like it. */
const LEAVING_ICONS: Record<LeavingAlert['how'], IconName> = { unknown: 'check', resolved: 'check', inhibited: 'info', acknowledged: 'eye', snoozed: 'moon' };

const RANK: Record<Severity, number> = { CRITICAL: 0, WARNING: 1, INFO: 2 };

/** What someone should look at, the worst first, each leading to the whole of it. */
export function OpenAlerts() {
  const { alerts } = useDesk();
  const { listed, leaving } = useShown(alerts.bell, () => ({ listed: alerts.listed, leaving: new Map(alerts.leaving) }));
  const isComplete = useSyncExternalStore(alerts.bell.listen, () => alerts.isComplete);
  const nowMs = useNow(RENEW_MS);
  // sort keeps the order of what is equal: newest first.
  const shown = [...listed].sort((a, b) => RANK[a.severity] - RANK[b.severity]).slice(0, SHOWN_MAX);
  const openCount = listed.length - leaving.size;
  const critical = listed.filter(({ id, severity }) => severity === 'CRITICAL' && !leaving.has(id)).length;
  return (
    <Panel title="Alerts" link={{ href: '/alerts', text: openCount > SHOWN_MAX ? `All ${quantityText(openCount)}` : 'Open the inbox' }} testId="alert-inbox">
      <p className={styles['count']} data-testid="alert-count" data-value={openCount} role="status">
        {isComplete ? `${quantityText(openCount)} open` : 'Loading…'}
        {critical > 0 && <strong>{quantityText(critical)} critical</strong>}
      </p>
      {isComplete && listed.length === 0 && <Calm />}
      <ul className={styles['list']}>
        {shown.map((alert) => (
          <AlertLine key={alert.id} alert={alert} leaving={leaving.get(alert.id) ?? null} nowMs={Math.max(nowMs, alert.openedAtMs)} />
        ))}
      </ul>
    </Panel>
  );
}

interface AlertLineProps {
  readonly alert: Alert;
  /** Null while it is open. */
  readonly leaving: LeavingAlert | null;
  readonly nowMs: number;
}

function AlertLine({ alert, leaving, nowMs }: AlertLineProps) {
  const { word, icon } = SEVERITY_WORDS[alert.severity];
  return (
    <li data-alert={alert.kind} data-status={leaving === null ? 'OPEN' : 'GONE'} data-severity={leaving === null ? alert.severity : 'GONE'}>
      <Link href={`/alerts?alert=${encodeURIComponent(alert.id)}`}>
        <span className={styles['sign']} title={word}>
          <Icon name={leaving === null ? icon : LEAVING_ICONS[leaving.how]} size={16} />
          <span className="visuallyHidden">{word}: </span>
        </span>
        <span className={styles['text']}>
          <span className={styles['title']}>{alert.title}</span>
          <small>
            {leaving === null ? kindWords(alert.kind) : leavingWords(leaving)} ·{' '}
            <time dateTime={new Date(alert.openedAtMs).toISOString()} title={new Date(alert.openedAtMs).toLocaleString()}>
              {agoText(alert.openedAtMs, nowMs)}
            </time>
            {alert.occurrences > 1 && ` · seen ${quantityText(alert.occurrences)} times`}
          </small>
        </span>
      </Link>
    </li>
  );
}

function Calm() {
  return (
    <div className={styles['calm']} data-testid="no-alerts">
      <Icon name="calm" size={30} />
      <p>
        <strong>All calm.</strong> Nothing needs you.
      </p>
    </div>
  );
}
