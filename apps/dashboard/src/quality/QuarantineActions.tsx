import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDesk } from '../live/Desk.js';
import { Dialog } from '../page/Dialog.js';
import { quantityText } from '../stock/quantityText.js';
import { faultText } from '../wire/GatewayFault.js';
import { DISMISS_DOCUMENT, dismissWords, RELEASE_DOCUMENT, releaseWords } from './quarantine.js';
import styles from './QualityPage.module.css';

interface QuarantineActionsProps {
  readonly ids: readonly string[];
  readonly all: readonly string[];
  readonly mayOperate: boolean;
  readonly onSelectAll: () => void;
  readonly onDone: () => void;
}

/** Lets the chosen events through as they are, or closes them with a reason. */
export function QuarantineActions({ ids, all, mayOperate, onSelectAll, onDone }: QuarantineActionsProps) {
  const { gateway } = useDesk();
  const [asking, setAsking] = useState<'release' | 'dismiss' | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      setTold(await work());
      setAsking(null);
      onDone();
    } catch (cause) {
      setTold(faultText(cause)); // what was typed stays
    } finally {
      setBusy(false);
    }
  };
  const release = (dryRun: boolean, idempotencyKey: string): Promise<void> =>
    run(async () => releaseWords(await gateway.ask(RELEASE_DOCUMENT, { input: { idempotencyKey, ids, dryRun } }), dryRun));
  const isOff = !mayOperate || ids.length === 0 || isBusy;
  return (
    <div className={styles['actions']} role="group" aria-label="With the selected events">
      <Button size="xs" variant="default" onClick={onSelectAll}>
        {ids.length === all.length ? 'Select none' : `Select all ${quantityText(all.length)}`}
      </Button>
      <Button size="xs" disabled={isOff} onClick={() => setAsking('release')} data-testid="release">
        Release…
      </Button>
      <Button size="xs" variant="default" disabled={isOff} onClick={() => setAsking('dismiss')} data-testid="dismiss">
        Dismiss…
      </Button>
      {!mayOperate && <span className={styles['none']}>Your token may only look.</span>}
      <span role="status">{told}</span>
      {asking === 'release' && <Release count={ids.length} isBusy={isBusy} onRelease={release} onClose={() => setAsking(null)} />}
      {asking === 'dismiss' && (
        <Dismiss
          count={ids.length}
          isBusy={isBusy}
          onDismiss={(reason) => run(async () => dismissWords(await gateway.ask(DISMISS_DOCUMENT, { input: { ids, reason } })))}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

const events = (count: number): string => `${quantityText(count)} ${count === 1 ? 'event' : 'events'}`;

interface ReleaseProps {
  readonly count: number;
  readonly isBusy: boolean;
  readonly onRelease: (dryRun: boolean, idempotencyKey: string) => Promise<void>;
  readonly onClose: () => void;
}

function Release({ count, isBusy, onRelease, onClose }: ReleaseProps) {
  // One key for one dialog: pressed twice, it is still one release.
  const [key] = useState(() => crypto.randomUUID());
  return (
    <Dialog title={`Release ${events(count)}`} onClose={onClose}>
      <p>They are applied as they are, once, as if they had just come. Those that cannot be stay here.</p>
      <div className={styles['actions']}>
        <Button variant="default" loading={isBusy} onClick={() => void onRelease(true, key)}>
          Try it first
        </Button>
        <Button loading={isBusy} onClick={() => void onRelease(false, key)} data-testid="confirm-release">
          Release
        </Button>
      </div>
    </Dialog>
  );
}

interface DismissProps {
  readonly count: number;
  readonly isBusy: boolean;
  readonly onDismiss: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks why, and dismisses. */
export function Dismiss({ count, isBusy, onDismiss, onClose }: DismissProps) {
  const [reason, setReason] = useState('');
  return (
    <Dialog title={`Dismiss ${events(count)}`} onClose={onClose}>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          void onDismiss(reason);
        }}
      >
        <TextInput label="Why does it have no effect?" required value={reason} onChange={({ currentTarget }) => setReason(currentTarget.value)} autoFocus />
        <Button type="submit" loading={isBusy} disabled={reason.trim() === ''} data-testid="confirm-dismiss">
          Dismiss
        </Button>
      </form>
    </Dialog>
  );
}
