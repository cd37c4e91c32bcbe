import { useCallback, useEffect, useState } from 'react';
import { readFilter, writeFilter, type LevelFilter } from './levelFilter.js';

/** The filter that stands in the address, and how to change it there. */
export function useLevelFilter(): readonly [LevelFilter, (filter: LevelFilter) => void] {
  const [filter, setFilter] = useState(() => readFilter(window.location.search));
  useEffect(() => {
    const read = (): void => setFilter(readFilter(window.location.search));
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }, []);
  const change = useCallback((next: LevelFilter): void => {
    // Replaced, not pushed: the back button would otherwise take back a search letter by letter.
    window.history.replaceState(window.history.state, '', window.location.pathname + writeFilter(next, window.location.search) + window.location.hash);
    setFilter(next);
  }, []);
  return [filter, change];
}
