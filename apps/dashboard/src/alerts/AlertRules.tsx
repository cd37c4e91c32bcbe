import { useMemo } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../live/useAnswer.js';
import { PageHead } from '../page/PageHead.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { quantityText } from '../stock/quantityText.js';
import styles from './AlertsPage.module.css';
import { ALERT_RULES_DOCUMENT, readRules } from './alertRule.js';
import { kindWords, SEVERITY_WORDS } from './alertWords.js';

const NOTHING = {};
const RENEW_MS = 15_000;

/** What opens alerts. Rules are the product's own; what can be set is each level's reorder point. */
export function AlertRules({ onInbox }: { readonly onInbox: () => void }) {
  const { data, fault } = useAnswer(ALERT_RULES_DOCUMENT, NOTHING, RENEW_MS);
  const rules = useMemo(() => (data === null ? null : readRules(data)), [data]);
  return (
    <section className={styles['page']} data-page="alerts" data-ready={rules !== null || undefined}>
      <PageHead title="Alert rules">
        <button type="button" className={styles['link']} onClick={onInbox}>
          Inbox
        </button>
        <QueryPeek document={ALERT_RULES_DOCUMENT} variables={NOTHING} />
      </PageHead>
      {rules === null && <p>{fault ?? 'Asking…'}</p>}
      <ul className={styles['rules']}>
        {rules?.map((rule) => (
          <li key={rule.id} data-rule={rule.kind}>
            <h3>{kindWords(rule.kind)}</h3>
            <p>
              {rule.name}. {SEVERITY_WORDS[rule.severity].word}.
            </p>
            {rule.words.map((words) => (
              <p key={words}>{words}</p>
            ))}
            {rule.kind === 'LOW_STOCK' && (
              <p>
                Reorder points are set in <Link href="/stock">the stock grid</Link>, one for each item and location.
              </p>
            )}
            <p className={styles['fired']}>
              <Link href={`/alerts?kind=${rule.kind}`}>{quantityText(rule.firedLast24h)} in the last 24 hours</Link>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
