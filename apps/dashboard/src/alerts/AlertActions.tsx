import { Button, TextInput } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { Dialog } from '../page/Dialog.js';
import { useKeys } from '../page/useKeys.js';
import { quantityText } from '../stock/quantityText.js';
import { snoozeChoices } from './alertCommands.js';
import styles from './AlertActions.module.css';
import type { AlertCommands } from './useAlertCommands.js';

interface AlertActionsProps {
  /** Those chosen; where none is, the keys act on the row in focus. */
  readonly ids: readonly string[];
  readonly mayOperate: boolean;
  readonly commands: AlertCommands;
  readonly onDone: () => void;
}
type Asking = { readonly kind: 'snooze' | 'resolve' | 'comment'; readonly ids: readonly string[] };

/** What can be done to the chosen alerts: `a` acknowledges, `s` snoozes, `r` resolves, `c` comments. */
export function AlertActions({ ids, mayOperate, commands, onDone }: AlertActionsProps) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const { give, isBusy, told } = commands;
  const acknowledge = (which: readonly string[]): void => void give({ kind: 'acknowledge' }, which).then((isDone) => (isDone ? onDone() : undefined));
  const now = useRef({ ids, mayOperate, acknowledge });
  now.current = { ids, mayOperate, acknowledge };
  const bindings = useMemo(() => {
    const which = (): readonly string[] => (now.current.ids.length > 0 ? now.current.ids : focusedIds());
    const open = (kind: Asking['kind']) => () => {
      if (now.current.mayOperate && which().length > 0) setAsking({ kind, ids: which() });
    };
    return {
      a: {
        label: 'Acknowledge',
        run: () => {
          if (now.current.mayOperate) now.current.acknowledge(which());
        },
      },
      s: { label: 'Snooze', run: open('snooze') },
      r: { label: 'Resolve', run: open('resolve') },
      c: { label: 'Comment', run: open('comment') },
    };
  }, []);
  useKeys(bindings);
  const isOff = !mayOperate || ids.length === 0 || isBusy;
  return (
    <div className={styles['actions']} role="group" aria-label="With the selected alerts">
      <span className={styles['count']}>{ids.length === 0 ? 'Select alerts to act on them' : `${quantityText(ids.length)} selected`}</span>
      <Button size="xs" disabled={isOff} onClick={() => acknowledge(ids)} data-testid="acknowledge">
        Acknowledge
      </Button>
      <Button size="xs" variant="default" disabled={isOff} onClick={() => setAsking({ kind: 'snooze', ids })}>
        Snooze…
      </Button>
      <Button size="xs" variant="default" disabled={isOff} onClick={() => setAsking({ kind: 'resolve', ids })}>
        Resolve…
      </Button>
      {!mayOperate && <span className={styles['why']}>Your token may only look.</span>}
      <span className={styles['told']} role="status">
        {told}
      </span>
      {asking !== null && (
        <Ask
          asking={asking}
          commands={commands}
          onClose={(isDone) => {
            setAsking(null);
            if (isDone) onDone();
          }}
        />
      )}
    </div>
  );
}

const TITLES: Readonly<Record<Asking['kind'], string>> = { snooze: 'Keep silent', resolve: 'Resolve', comment: 'Comment' };

function Ask({ asking, commands, onClose }: { readonly asking: Asking; readonly commands: AlertCommands; readonly onClose: (isDone: boolean) => void }) {
  const { kind, ids } = asking;
  const [text, setText] = useState('');
  const finish = async (command: Parameters<AlertCommands['give']>[0]): Promise<void> => {
    if (await commands.give(command, ids)) onClose(true);
  };
  return (
    <Dialog title={`${TITLES[kind]}: ${quantityText(ids.length)} ${ids.length === 1 ? 'alert' : 'alerts'}`} onClose={() => onClose(false)}>
      {kind === 'snooze' ? (
        <div className={styles['choices']}>
          {snoozeChoices(Date.now()).map(({ label, untilMs }) => (
            <Button key={label} variant="default" onClick={() => void finish({ kind: 'snooze', untilMs })}>
              {label}
            </Button>
          ))}
        </div>
      ) : (
        <form
          className={styles['choices']}
          onSubmit={(event) => {
            event.preventDefault();
            void finish(kind === 'resolve' ? { kind, comment: text } : { kind, text });
          }}
        >
          <TextInput
            label={kind === 'resolve' ? 'Why is it over? It opens again only when its cause comes anew.' : 'What should others know?'}
            required
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            autoFocus
          />
          <Button type="submit" disabled={text.trim() === ''} loading={commands.isBusy}>
            {TITLES[kind]}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

function focusedIds(): readonly string[] {
  const row = document.activeElement?.closest('[data-alert-id]');
  const id = row instanceof HTMLElement ? row.dataset['alertId'] : undefined;
  return id === undefined ? [] : [id];
}
