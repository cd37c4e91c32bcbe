import { NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { FrameBell } from '../live/FrameBell.js';
import { useAnswer } from '../live/useAnswer.js';
import { useShown } from '../live/useShown.js';
import { useStream } from '../live/useStream.js';
import { CsvButton } from '../page/CsvButton.js';
import { Icon } from '../page/Icon.js';
import { PageHead } from '../page/PageHead.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { useParam } from '../page/useParam.js';
import { readViewer, VIEWER_DOCUMENT } from '../shell/viewer.js';
import { quantityText } from '../stock/quantityText.js';
import type { Alert } from './alert.js';
import { AlertActions } from './AlertActions.js';
import { AlertDrawer } from './AlertDrawer.js';
import { compareAlerts, INBOX_DOCUMENT, TABS, type InboxCounts, type TabStatus } from './alertInbox.js';
import { AlertRows } from './AlertRows.js';
import { AlertRules } from './AlertRules.js';
import styles from './AlertsPage.module.css';
import { kindWords } from './alertWords.js';
import { InboxBoard } from './InboxBoard.js';
import { useAlertCommands } from './useAlertCommands.js';

const NOTHING = {};
/** Resolved ones are shown of this long back: all of them would be the whole history. */
const RESOLVED_MS = 24 * 3_600_000;

/** The inbox and the rules. The address says what is filtered, and which alert is open. */
export function AlertsPage() {
  const [tab, setTab] = useParam('tab', 'inbox');
  return tab === 'rules' ? <AlertRules onInbox={() => setTab('inbox')} /> : <Inbox onRules={() => setTab('rules')} />;
}

function Inbox({ onRules }: { readonly onRules: () => void }) {
  const [given, setStatus] = useParam('status', 'OPEN');
  const status = TABS.find((each) => each.status === given)?.status ?? 'OPEN';
  const [kind, setKind] = useParam('kind', '');
  const [severity, setSeverity] = useParam('severity', '');
  const [search, setSearch] = useParam('search', '');
  const [openId, setOpenId] = useParam('alert', '');
  const board = useMemo(() => {
    const openedFrom = status === 'RESOLVED' ? new Date(Date.now() - RESOLVED_MS).toISOString() : null;
    return new InboxBoard({ statuses: [status], openedFrom }, new FrameBell((run) => requestAnimationFrame(run)));
  }, [status]);
  useStream(board.stream);
  const { alerts, counts, isComplete } = useShown(board.bell, () => ({ alerts: board.read(), counts: board.counts, isComplete: board.isComplete }));
  const { data } = useAnswer(VIEWER_DOCUMENT, NOTHING);
  const mayOperate = useMemo(() => data !== null && readViewer(data).mayOperate, [data]);
  const shown = useMemo(() => {
    const wanted = search.toLowerCase();
    return alerts
      .filter((alert) => (kind === '' || alert.kind === kind) && (severity === '' || alert.severity === severity))
      .filter((alert) => wanted === '' || alert.title.toLowerCase().includes(wanted))
      .toSorted(compareAlerts);
  }, [alerts, kind, severity, search]);
  const kinds = useMemo(() => [...new Set([...alerts.map((alert) => alert.kind), ...(kind === '' ? [] : [kind])])].toSorted(), [alerts, kind]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = shown.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  const commands = useAlertCommands();
  return (
    <section className={styles['page']} data-page="alerts" data-ready={isComplete || undefined}>
      <PageHead title="Alerts" note={isComplete ? `${quantityText(shown.length)} shown` : 'Fetching alerts…'}>
        <button type="button" className={styles['link']} onClick={onRules} data-testid="to-rules">
          Rules
        </button>
        <CsvButton fileName="alerts" columns={CSV_COLUMNS} rows={() => shown.map(csvRow)} />
        <QueryPeek document={INBOX_DOCUMENT} variables={{ filter: board.filter, after: null }} />
      </PageHead>
      <div className={styles['tabs']} role="group" aria-label="Status">
        {TABS.map((each) => (
          <button key={each.status} type="button" aria-pressed={each.status === status} onClick={() => setStatus(each.status)} data-tab={each.status}>
            {each.label} {countOf(each.status, counts)}
          </button>
        ))}
      </div>
      <div className={styles['tools']}>
        <TextInput
          aria-label="Search in titles"
          placeholder="Item, order, location"
          data-search
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <NativeSelect
          aria-label="Kind"
          value={kind}
          onChange={({ currentTarget }) => setKind(currentTarget.value)}
          data={[{ value: '', label: 'All kinds' }, ...kinds.map((value) => ({ value, label: kindWords(value) }))]}
        />
        <NativeSelect
          aria-label="Severity"
          value={severity}
          onChange={({ currentTarget }) => setSeverity(currentTarget.value)}
          data={[
            { value: '', label: 'All severities' },
            { value: 'CRITICAL', label: 'Critical' },
            { value: 'WARNING', label: 'Warning' },
            { value: 'INFO', label: 'For information' },
          ]}
        />
      </div>
      <AlertActions ids={chosen} mayOperate={mayOperate} commands={commands} onDone={() => setSelected(new Set())} />
      {isComplete && shown.length === 0 && <Nothing status={status} isFiltered={alerts.length > 0} />}
      <AlertRows alerts={shown} selected={selected} onSelected={setSelected} onOpen={setOpenId} />
      {openId !== '' && <AlertDrawer key={openId} alertId={openId} mayOperate={mayOperate} onClose={() => setOpenId('')} />}
    </section>
  );
}

function countOf(status: TabStatus, counts: InboxCounts | null): string {
  if (counts === null) return '';
  if (status === 'OPEN') return quantityText(counts.open);
  if (status === 'ACKNOWLEDGED') return quantityText(counts.acknowledged);
  return status === 'SNOOZED' ? quantityText(counts.snoozed) : '';
}

function Nothing({ status, isFiltered }: { readonly status: string; readonly isFiltered: boolean }) {
  return (
    <div className={styles['empty']} data-testid="no-alerts">
      <Icon name="calm" size={34} />
      <h3>{isFiltered ? 'No alert matches' : status === 'OPEN' ? 'All calm' : 'None'}</h3>
      <p>
        {isFiltered ? 'Take a filter away to see more.' : status === 'OPEN' ? 'Nothing needs you. What does will appear here at once.' : 'No alert stands so.'}
      </p>
    </div>
  );
}

const CSV_COLUMNS = ['severity', 'kind', 'status', 'title', 'explanation', 'openedAt', 'occurrences'];
const csvRow = (alert: Alert): (string | number)[] => [
  alert.severity,
  alert.kind,
  alert.status,
  alert.title,
  alert.explanation,
  new Date(alert.openedAtMs).toISOString(),
  alert.occurrences,
];
