import { useEffect, useRef, useState } from 'react';
import type { FrameBell } from './FrameBell.js';
import { usePause } from './pause.js';

/**
 * What `read` gives, read again whenever `bell` rings, unless the page is paused: then what was shown last. Choices that a person makes
 * while paused (a filter, an order) are to be applied to what comes out, not inside `read`.
 */
export function useShown<T>(bell: FrameBell, read: () => T): T {
  const { isPaused } = usePause();
  const [, setRung] = useState(0);
  const shown = useRef<{ readonly value: T } | null>(null);
  useEffect(() => {
    if (isPaused) return undefined;
    setRung((count) => count + 1);
    return bell.listen(() => setRung((count) => count + 1));
  }, [bell, isPaused]);
  if (!isPaused || shown.current === null) shown.current = { value: read() };
  return shown.current.value;
}
