import { tokenInFragment } from './token.js';

/** sessionStorage: the token ends with the tab and is never seen by another one. */
const KEY = 'quayside-token';

/** Takes a token out of the address, at once, so that it is in no history, bookmark or picture; null where there is none. */
export function takeTokenFromAddress(): string | null {
  const token = tokenInFragment(window.location.hash);
  if (token === null) return null;
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return token;
}

export const readKeptToken = (): string | null => window.sessionStorage.getItem(KEY);

export function keepToken(token: string | null): void {
  if (token === null) window.sessionStorage.removeItem(KEY);
  else window.sessionStorage.setItem(KEY, token);
}
