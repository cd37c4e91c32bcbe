import { useCallback, useMemo } from 'react';
import { useSearch } from 'wouter';
import { readFilter, writeFilter, type LevelFilter } from './levelFilter.js';

/** The filter that stands in the address, and how to change it there. The same filter is the same object, whatever else the address says. */
export function useLevelFilter(): readonly [LevelFilter, (filter: LevelFilter) => void] {
  const written = writeFilter(readFilter(useSearch()), '');
  const filter = useMemo(() => readFilter(written), [written]);
  const change = useCallback((next: LevelFilter): void => {
    // Replaced, not pushed: the back button would otherwise take back a search letter by letter. wouter hears of it.
    window.history.replaceState(window.history.state, '', window.location.pathname + writeFilter(next, window.location.search) + window.location.hash);
  }, []);
  return [filter, change];
}
