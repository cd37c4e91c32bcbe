import { Button } from '@mantine/core';
import { useState } from 'react';
import styles from './CommandExample.module.css';
import { Icon } from './Icon.js';

const COPIED_MS = 1_500;

/** A command or a query to try, with a button that copies it. */
export function CommandExample({ text, label = 'Command' }: { readonly text: string; readonly label?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  const copy = async (): Promise<void> => {
    try {
      // Absent where the page came over plain http from another machine.
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
    setTimeout(() => setOutcome(null), COPIED_MS);
  };
  return (
    <div className={styles['example']}>
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <Button size="compact-xs" variant="default" leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} size={12} />} onClick={() => void copy()}>
        <span role="status">{outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Select it by hand' : 'Copy'}</span>
      </Button>
    </div>
  );
}
