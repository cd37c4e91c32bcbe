import { Checkbox, NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useAnswer } from '../live/useAnswer.js';
import { Sites } from '../now/Sites.js';
import { CsvButton } from '../page/CsvButton.js';
import { Icon } from '../page/Icon.js';
import { PageHead } from '../page/PageHead.js';
import { Panel } from '../page/Panel.js';
import { QueryPeek } from '../page/QueryPeek.js';
import { agoText } from '../page/timeText.js';
import { useNow } from '../page/useNow.js';
import { useParam } from '../page/useParam.js';
import { readViewer, VIEWER_DOCUMENT } from '../shell/viewer.js';
import { quantityText } from '../stock/quantityText.js';
import { EventDrawer } from './EventDrawer.js';
import styles from './QualityPage.module.css';
import { QuarantineActions } from './QuarantineActions.js';
import { countByProblem, readWaiting, WAITING_DOCUMENT, type WaitingEvent } from './quarantine.js';

const NOTHING = {};
const RENEW_MS = 4_000;

/** How far each site has got, and what was set aside and waits for a decision. */
export function QualityPage() {
  const [source, setSource] = useParam('source', '');
  const [problem, setProblem] = useParam('problem', '');
  const [openId, setOpenId] = useParam('event', '');
  const { data, fault, ask } = useAnswer(WAITING_DOCUMENT, NOTHING, RENEW_MS);
  const waiting = useMemo(() => (data === null ? null : readWaiting(data)), [data]);
  const { data: viewing } = useAnswer(VIEWER_DOCUMENT, NOTHING);
  const mayOperate = useMemo(() => viewing !== null && readViewer(viewing).mayOperate, [viewing]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const events = waiting?.events ?? [];
  const shown = events.filter((event) => (source === '' || event.source === source) && (problem === '' || event.problem?.title === problem));
  const chosen = shown.filter(({ id }) => selected.has(id)).map(({ id }) => id);
  const sources = [...new Set([...events.map((event) => event.source), ...(source === '' ? [] : [source])])].toSorted();
  const select = (id: string): void => setSelected(new Set(selected.has(id) ? [...selected].filter((each) => each !== id) : [...selected, id]));
  return (
    <section className={styles['page']} data-page="quality" data-ready={waiting !== null || undefined}>
      <PageHead title="Data quality" note={waiting === null ? 'Asking…' : `${quantityText(events.length)}${waiting.hasMore ? ' and more' : ''} waiting`}>
        <CsvButton fileName="quarantine" columns={CSV_COLUMNS} rows={() => shown.map(csvRow)} />
        <QueryPeek document={WAITING_DOCUMENT} variables={NOTHING} />
      </PageHead>
      <Sites />
      <Panel title="Set aside" fault={fault} testId="quarantine">
        <div className={styles['problems']} role="group" aria-label="By problem">
          {problem !== '' && !events.some((event) => event.problem?.title === problem) && (
            <button type="button" aria-pressed onClick={() => setProblem('')}>
              {problem} <strong>0</strong>
            </button>
          )}
          {countByProblem(events).map(({ title, count }) => (
            <button key={title} type="button" aria-pressed={problem === title} onClick={() => setProblem(problem === title ? '' : title)}>
              {title} <strong>{quantityText(count)}</strong>
            </button>
          ))}
          {sources.length > 1 && (
            <NativeSelect
              aria-label="Source"
              value={source}
              onChange={({ currentTarget }) => setSource(currentTarget.value)}
              data={[{ value: '', label: 'All sources' }, ...sources.map((value) => ({ value, label: value }))]}
            />
          )}
        </div>
        {shown.length > 0 && (
          <QuarantineActions
            ids={chosen}
            all={shown.map(({ id }) => id)}
            mayOperate={mayOperate}
            onSelectAll={() => setSelected(new Set(chosen.length === shown.length ? [] : shown.map(({ id }) => id)))}
            onDone={() => {
              setSelected(new Set());
              ask();
            }}
          />
        )}
        {waiting !== null && events.length === 0 && <NothingWaits />}
        {events.length > 0 && shown.length === 0 && <p className={styles['none']}>Nothing that waits matches.</p>}
        <ul className={styles['rows']}>
          {shown.map((event) => (
            <Row key={event.id} event={event} isSelected={selected.has(event.id)} onSelect={select} onOpen={setOpenId} />
          ))}
        </ul>
      </Panel>
      {openId !== '' && <EventDrawer key={openId} id={openId} mayOperate={mayOperate} onClose={() => setOpenId('')} onChanged={ask} />}
    </section>
  );
}

interface RowProps {
  readonly event: WaitingEvent;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

function Row({ event, isSelected, onSelect, onOpen }: RowProps) {
  const nowMs = useNow(10_000);
  const { id, eventId, source, type, problem, receivedAtMs } = event;
  return (
    <li data-event={eventId} data-selected={isSelected || undefined}>
      <Checkbox aria-label={`Select event ${eventId}`} checked={isSelected} onChange={() => onSelect(id)} />
      <button type="button" onClick={() => onOpen(id)}>
        <span className={styles['head']}>
          <strong>{problem?.title ?? 'Set aside'}</strong>
          <time dateTime={new Date(receivedAtMs).toISOString()} title={new Date(receivedAtMs).toLocaleString()}>
            {agoText(receivedAtMs, nowMs)}
          </time>
        </span>
        <span>{problem?.detail}</span>
        <small>
          {eventId === '' ? 'cannot be read' : eventId} from {source === '' ? 'an unknown source' : source}
          {type !== '' && `, ${type}`}
        </small>
      </button>
    </li>
  );
}

function NothingWaits() {
  return (
    <div className={styles['empty']} data-testid="nothing-waits">
      <Icon name="check" size={28} />
      <h3>Nothing waits</h3>
      <p>
        Events that cannot be applied as they are (a known id with other content, a time far ahead) would be kept here, whole and without effect, until somebody
        decides.
      </p>
    </div>
  );
}

const CSV_COLUMNS = ['event', 'source', 'type', 'receivedAt', 'problem', 'detail', 'repeats'];
const csvRow = (event: WaitingEvent): (string | number)[] => [
  event.eventId,
  event.source,
  event.type,
  new Date(event.receivedAtMs).toISOString(),
  event.problem?.title ?? '',
  event.problem?.detail ?? '',
  event.duplicates,
];
