import { ActionIcon } from '@mantine/core';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import styles from './Dialog.module.css';
import { Icon } from './Icon.js';

interface DialogProps {
  readonly title: ReactNode;
  /** `side`: a drawer at the right, from top to bottom; a sheet from below on a phone. */
  readonly place?: 'middle' | 'side';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The browser's own modal dialog, open while mounted: it keeps the focus inside, closes on Escape, and gives the focus back. */
export function Dialog({ title, place = 'middle', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    if (element === null) return undefined;
    element.showModal();
    return () => {
      element.close();
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles['dialog']}
      data-place={place}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        close.current();
      }}
      onClick={(event) => {
        // The ground behind belongs to the dialog element itself; what is inside is not it.
        if (event.target === dialog.current) close.current();
      }}
    >
      <div className={styles['inside']}>
        <header className={styles['header']}>
          <h3 id={titleId}>{title}</h3>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Close" onClick={onClose}>
            <Icon name="close" size={18} />
          </ActionIcon>
        </header>
        <div className={styles['body']}>{children}</div>
      </div>
    </dialog>
  );
}
