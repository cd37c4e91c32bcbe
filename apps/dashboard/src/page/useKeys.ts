import { useEffect } from 'react';
import { KeyBindings, type Bindings } from './KeyBindings.js';

/** Those of this page. One for all, since there is one keyboard. */
export const keyBindings = new KeyBindings();

/** Shortcuts while the caller is mounted; not heard while somebody types in a field, nor while a dialog is open. Memoise `bindings`. */
export function useKeys(bindings: Bindings): void {
  useEffect(() => keyBindings.add(bindings), [bindings]);
}

/** Hears the keys of the whole page; to be used once, by the shell. */
export function useKeyboard(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (keyBindings.press(event.key, event.timeStamp)) event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isField = target.isContentEditable || target.matches('input, textarea, select');
  return isField && !(target instanceof HTMLInputElement && ['checkbox', 'radio', 'button', 'range'].includes(target.type));
}
