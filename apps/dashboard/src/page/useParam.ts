import { useCallback } from 'react';
import { useSearch } from 'wouter';

/** One search parameter of the address, and how to set it there; the fallback takes it out of the address. */
export function useParam(name: string, fallback: string): readonly [string, (value: string) => void] {
  const value = new URLSearchParams(useSearch()).get(name) ?? fallback;
  const change = useCallback(
    (next: string): void => {
      const parameters = new URLSearchParams(window.location.search);
      if (next === fallback) parameters.delete(name);
      else parameters.set(name, next);
      const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
      // Replaced, not pushed: the back button would otherwise take back a search letter by letter. wouter hears of it.
      window.history.replaceState(window.history.state, '', window.location.pathname + query + window.location.hash);
    },
    [name, fallback],
  );
  return [value, change];
}
