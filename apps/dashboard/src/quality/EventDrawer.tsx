import { Button } from '@mantine/core';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { useDesk } from '../live/Desk.js';
import { useAnswer } from '../live/useAnswer.js';
import { Dialog } from '../page/Dialog.js';
import { momentText } from '../page/timeText.js';
import { faultText } from '../wire/GatewayFault.js';
import { diffToPatch } from './diffToPatch.js';
import { Dismiss } from './QuarantineActions.js';
import styles from './QualityPage.module.css';
import { DISMISS_DOCUMENT, dismissWords, EVENT_DOCUMENT, readEventDetail, RELEASE_DOCUMENT, releaseWords, type EventDetail } from './quarantine.js';

interface EventDrawerProps {
  readonly id: string;
  readonly mayOperate: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** One event that waits: why, what came, and its correction. */
export function EventDrawer({ id, mayOperate, onClose, onChanged }: EventDrawerProps) {
  const variables = useMemo(() => ({ id }), [id]);
  const { data, fault, ask } = useAnswer(EVENT_DOCUMENT, variables);
  const event = useMemo(() => (data === null ? undefined : readEventDetail(data)), [data]);
  const changed = (): void => {
    ask();
    onChanged();
  };
  return (
    <Dialog title={event == null ? 'Event' : `Event ${event.eventId}`} place="side" onClose={onClose}>
      {fault !== null && <p className={styles['none']}>{fault}</p>}
      {event === undefined && fault === null && <p className={styles['none']}>Asking…</p>}
      {event === null && <p className={styles['none']}>There is no such event, or it is of a location that your token may not see.</p>}
      {event != null && <Inside event={event} mayOperate={mayOperate} onChanged={changed} />}
    </Dialog>
  );
}

function Inside({ event, mayOperate, onChanged }: { readonly event: EventDetail; readonly mayOperate: boolean; readonly onChanged: () => void }) {
  const { problem } = event;
  return (
    <div className={styles['inside']} data-testid="event-drawer" data-status={event.status}>
      {problem !== null && (
        <p className={styles['why']}>
          <strong>{problem.title}</strong> {problem.detail}
          {problem.type.endsWith('ID_CONFLICT') && ' Where the other one was applied, this copy can only be dismissed.'}
          {problem.pointer !== null && problem.pointer !== '' && (
            <>
              {' '}
              at <code>{problem.pointer}</code>
            </>
          )}
        </p>
      )}
      <p className={styles['none']}>
        From {event.source === '' ? 'an unknown source' : event.source}, received {momentText(event.receivedAtMs, Date.now())}
        {event.duplicates > 0 && `, came ${event.duplicates} more times`}. It stands as {event.status.toLowerCase()}.
      </p>
      <Correction event={event} mayOperate={mayOperate && event.status === 'QUARANTINED'} onChanged={onChanged} />
    </div>
  );
}

function Correction({ event, mayOperate, onChanged }: { readonly event: EventDetail; readonly mayOperate: boolean; readonly onChanged: () => void }) {
  const { gateway } = useDesk();
  const [text, setText] = useState(() => JSON.stringify(event.payload, null, 2));
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [told, setTold] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDismissing, setDismissing] = useState(false);
  const read = readJson(text);
  const patch = read.kind === 'json' ? diffToPatch(event.payload, read.value) : [];
  const run = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      setTold(await work());
      setDismissing(false);
      onChanged();
    } catch (cause) {
      setTold(faultText(cause));
    } finally {
      setBusy(false);
    }
  };
  const release = (dryRun: boolean): Promise<void> =>
    run(async () => {
      const input = { idempotencyKey: key, ids: [event.id], dryRun, ...(patch.length > 0 && { patch }) };
      const answer = await gateway.ask(RELEASE_DOCUMENT, { input });
      // Decided: whoever tries again means another release. Without an answer the key stays, so that it is still one.
      setKey(crypto.randomUUID());
      return releaseWords(answer, dryRun);
    });
  const tryByKey = (pressed: KeyboardEvent): void => {
    if (pressed.key === 'Enter' && (pressed.ctrlKey || pressed.metaKey) && mayOperate && !isBusy && read.kind === 'json') void release(true);
  };
  return (
    <>
      <label className={styles['editor']}>
        What came{mayOperate && ': what is under "data" can be corrected'}
        <textarea
          value={text}
          readOnly={!mayOperate}
          spellCheck={false}
          rows={18}
          onKeyDown={tryByKey}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            setKey(crypto.randomUUID()); // another content is another release
          }}
          aria-invalid={read.kind === 'fault'}
        />
      </label>
      {read.kind === 'fault' && <p className={styles['bad']}>{read.message}</p>}
      {patch.length > 0 && (
        <p className={styles['none']}>
          {patch.length === 1 ? 'One change' : `${patch.length} changes`}: {patch.map(({ op, path }) => `${op} ${path}`).join(', ')}
        </p>
      )}
      {mayOperate && (
        <div className={styles['actions']}>
          <Button
            size="sm"
            variant="default"
            loading={isBusy}
            disabled={read.kind === 'fault'}
            onClick={() => void release(true)}
            title="Ctrl+Enter"
            data-testid="try"
          >
            Try it
          </Button>
          <Button size="sm" loading={isBusy} disabled={read.kind === 'fault'} onClick={() => void release(false)} data-testid="release-one">
            {patch.length > 0 ? 'Release corrected' : 'Release as it is'}
          </Button>
          <Button size="sm" variant="default" disabled={isBusy} onClick={() => setDismissing(true)}>
            Dismiss…
          </Button>
        </div>
      )}
      {told !== null && (
        <p role="status" data-testid="told">
          {told}
        </p>
      )}
      {isDismissing && (
        <Dismiss
          count={1}
          isBusy={isBusy}
          onDismiss={(reason) => run(async () => dismissWords(await gateway.ask(DISMISS_DOCUMENT, { input: { ids: [event.id], reason } })))}
          onClose={() => setDismissing(false)}
        />
      )}
    </>
  );
}

type ReadJson = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'fault'; readonly message: string };

function readJson(text: string): ReadJson {
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown };
  } catch (cause) {
    return { kind: 'fault', message: cause instanceof Error ? cause.message : 'This is no JSON' };
  }
}
