import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../live/useAnswer.js';
import { Dialog } from '../page/Dialog.js';
import { Icon } from '../page/Icon.js';
import { momentText, spanText } from '../page/timeText.js';
import { quantityText } from '../stock/quantityText.js';
import { ALERT_DETAIL_DOCUMENT, readAlertDetail, type AlertDetail } from './alertDetail.js';
import styles from './AlertDrawer.module.css';
import { kindWords, SEVERITY_WORDS, statusWords } from './alertWords.js';
import { useAlertCommands } from './useAlertCommands.js';

const RENEW_MS = 3_000;

interface AlertDrawerProps {
  readonly alertId: string;
  readonly mayOperate: boolean;
  readonly onClose: () => void;
}

/** One alert in full: why, about what, whom it concerns, who said what. */
export function AlertDrawer({ alertId, mayOperate, onClose }: AlertDrawerProps) {
  const variables = useMemo(() => ({ id: alertId }), [alertId]);
  const { data, fault, ask } = useAnswer(ALERT_DETAIL_DOCUMENT, variables, RENEW_MS);
  const alert = useMemo(() => (data === null ? undefined : readAlertDetail(data)), [data]);
  return (
    <Dialog title={alert == null ? 'Alert' : kindWords(alert.kind)} place="side" onClose={onClose}>
      {fault !== null && <p className={styles['fault']}>{fault}</p>}
      {alert === undefined && fault === null && <p className={styles['none']}>Asking…</p>}
      {alert === null && <p className={styles['none']}>There is no such alert, or it is about a location that your token may not see.</p>}
      {alert != null && <Inside alert={alert} mayOperate={mayOperate} onChanged={ask} />}
    </Dialog>
  );
}

function Inside({ alert, mayOperate, onChanged }: { readonly alert: AlertDetail; readonly mayOperate: boolean; readonly onChanged: () => void }) {
  const { word, icon } = SEVERITY_WORDS[alert.severity];
  const status = statusWords(alert);
  const at = (ms: number): string => momentText(ms, Date.now());
  const facts = [
    ['Opened', at(alert.openedAtMs)],
    ['Seen last', at(alert.lastSeenAtMs)],
    ['Seen', `${quantityText(alert.occurrences)} times`],
    ['Noticed within', spanText(alert.detectionMs)],
    ['Acknowledged', alert.acknowledged === null ? null : `${at(alert.acknowledged.atMs)} by ${alert.acknowledged.by}`],
    ['Silent until', alert.snoozedUntilMs === null ? null : at(alert.snoozedUntilMs)],
    ['Resolved', alert.resolvedAtMs === null ? null : at(alert.resolvedAtMs)],
  ] as const;
  return (
    <div className={styles['inside']} data-testid="alert-drawer" data-severity={alert.severity}>
      <p className={styles['severity']}>
        <Icon name={icon} size={15} /> {word} <span>{status?.words ?? 'Open'}</span>
      </p>
      <p className={styles['explanation']}>{alert.explanation}</p>
      {alert.subject !== null && (
        <Button component={Link} href={alert.subject.href} size="sm" variant="default" rightSection={<Icon name="next" size={13} />}>
          {alert.subject.text}
        </Button>
      )}
      <dl className={styles['facts']}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <section>
        <h4>What the rule looked at</h4>
        <dl className={styles['facts']}>
          {alert.evidence.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {alert.atRisk.length > 0 && (
        <section>
          <h4>Promises at risk</h4>
          <ul className={styles['rows']}>
            {alert.atRisk.map((risk) => (
              <li key={`${risk.text} ${risk.line}`}>
                {risk.href === null ? <span>{risk.text}</span> : <Link href={risk.href}>{risk.text}</Link>}
                <span>{quantityText(risk.quantity)}</span>
                <small>{risk.promisedShipByMs === null ? 'nothing promised' : `by ${at(risk.promisedShipByMs)}`}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {alert.lines.length > 0 && (
        <section>
          <h4>The order’s lines</h4>
          <ul className={styles['rows']}>
            {alert.lines.map((line) => (
              <li key={line.number}>
                <Link href={`/items/${encodeURIComponent(line.sku)}`}>{line.sku}</Link>
                <span>{quantityText(line.ordered)}</span>
                <small>{line.words}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Comments alert={alert} mayOperate={mayOperate} onChanged={onChanged} />
    </div>
  );
}

function Comments({ alert, mayOperate, onChanged }: { readonly alert: AlertDetail; readonly mayOperate: boolean; readonly onChanged: () => void }) {
  const { give, isBusy, told } = useAlertCommands();
  const [text, setText] = useState('');
  const tell = async (command: Parameters<typeof give>[0]): Promise<void> => {
    if (!(await give(command, [alert.id]))) return;
    setText('');
    onChanged();
  };
  return (
    <section>
      <h4>Comments</h4>
      {alert.comments.length === 0 && <p className={styles['none']}>None yet.</p>}
      <ul className={styles['comments']}>
        {alert.comments.map(({ id, text: said, by, atMs }) => (
          <li key={id}>
            {said}
            <small>
              {by}, {momentText(atMs, Date.now())}
            </small>
          </li>
        ))}
      </ul>
      {mayOperate && (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault();
            void tell({ kind: 'comment', text });
          }}
        >
          <TextInput aria-label="Comment" placeholder="What should others know?" value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} />
          <Button type="submit" size="sm" variant="default" disabled={text.trim() === ''} loading={isBusy}>
            Comment
          </Button>
          {alert.status === 'OPEN' && (
            <Button size="sm" onClick={() => void tell({ kind: 'acknowledge' })} loading={isBusy}>
              Acknowledge
            </Button>
          )}
        </form>
      )}
      {told !== null && (
        <p className={styles['none']} role="status">
          {told}
        </p>
      )}
    </section>
  );
}
