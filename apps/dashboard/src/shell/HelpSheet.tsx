import { Dialog } from '../page/Dialog.js';
import { keyBindings } from '../page/useKeys.js';
import styles from './HelpSheet.module.css';

/** What lists and grids do with the focus in them: no bindings of the page, but worth telling. */
const IN_LISTS = [
  ['↑ ↓', 'Move in a grid or list'],
  ['Enter', 'Open what is marked'],
  ['F2', 'Set the reorder point of the marked level'],
  ['Esc', 'Close what is open'],
] as const;

/** Every shortcut that works on this page now. */
export function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className={styles['keys']} data-testid="help">
        {keyBindings.all.map(([keys, { label }]) => (
          <Shortcut key={keys} keys={keys} label={label} />
        ))}
        {IN_LISTS.map(([keys, label]) => (
          <Shortcut key={keys} keys={keys} label={label} />
        ))}
      </dl>
    </Dialog>
  );
}

function Shortcut({ keys, label }: { readonly keys: string; readonly label: string }) {
  return (
    <div>
      <dt>
        {keys.split(' ').map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{label}</dd>
    </div>
  );
}
