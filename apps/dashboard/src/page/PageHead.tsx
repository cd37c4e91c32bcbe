import { useEffect, useRef, type ReactNode } from 'react';
import styles from './PageHead.module.css';

interface PageHeadProps {
  /** Of the page, and of the browser's tab. One page keeps one title: a new one is taken for a new page, and read out. */
  readonly title: string;
  readonly note?: ReactNode;
  /** Actions, at the right. */
  readonly children?: ReactNode;
}

/** Where a page is entered by an address, the browser's own focus at the top is right; only later pages take it. */
let hasShownOne = false;

/** The page's heading. It takes the focus when somebody comes here from another page, so that a screen reader says where he is. */
export function PageHead({ title, note, children }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Quayside`;
    if (hasShownOne) heading.current?.focus({ preventScroll: true });
    hasShownOne = true;
  }, [title]);
  return (
    <div className={styles['head']}>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {note !== undefined && <p className={styles['note']}>{note}</p>}
      {children !== undefined && <div className={styles['actions']}>{children}</div>}
    </div>
  );
}
