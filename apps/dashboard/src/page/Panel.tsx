import { useId, type ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from './Icon.js';
import styles from './Panel.module.css';

interface PanelProps {
  readonly title: string;
  /** Where there is more of it. */
  readonly link?: { readonly href: string; readonly text: string };
  /** Why what is shown could not be renewed; null while all is well. */
  readonly fault?: string | null;
  readonly children: ReactNode;
  readonly testId?: string;
}

/** A card of a page, with a heading and a way to where there is more. */
export function Panel({ title, link, fault = null, children, testId }: PanelProps) {
  const titleId = useId();
  return (
    <section className={styles['panel']} aria-labelledby={titleId} data-testid={testId}>
      <header className={styles['header']}>
        <h3 id={titleId}>{title}</h3>
        {link !== undefined && (
          <Link href={link.href} className={styles['link'] ?? ''}>
            {link.text}
            <Icon name="next" size={13} />
          </Link>
        )}
      </header>
      {fault !== null && (
        <p className={styles['fault']} role="status">
          <Icon name="warning" size={14} />
          {fault}
        </p>
      )}
      {children}
    </section>
  );
}
