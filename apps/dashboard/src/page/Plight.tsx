import type { ReactNode } from 'react';
import { Mark } from './Mark.js';
import styles from './Plight.module.css';

/** A whole page that says what is wrong and what to do. */
export function Plight({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className={styles['page']} role="alert">
      <Mark size={44} />
      <h1>{title}</h1>
      <p>{children}</p>
    </main>
  );
}
