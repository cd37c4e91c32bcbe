import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fields } from '../wire/Fields.js';
import { faultText } from '../wire/GatewayFault.js';
import { useDesk } from './Desk.js';
import { usePause } from './pause.js';

export interface Answer {
  /** The newest answer, which stays while it is asked again and while asking fails; null before the first. */
  readonly data: Fields | null;
  /** Why the last asking failed, for people; null when it did not. */
  readonly fault: string | null;
  readonly ask: () => void;
}

/**
 * Asks the gateway when mounted, whenever document or variables (memoised by the caller) change, on `ask`, and every `everyMs` while
 * the page is neither paused nor hidden. An answer that comes too late for what is asked by then is dropped. What is asked about
 * another object is to be asked by another component (`key`), or the old object's answer would stand until the new one's is there.
 */
export function useAnswer(document: string, variables: Readonly<Record<string, unknown>>, everyMs: number | null = null): Answer {
  const { gateway } = useDesk();
  const { isPaused } = usePause();
  const [answer, setAnswer] = useState<{ readonly data: Fields | null; readonly fault: string | null }>({ data: null, fault: null });
  const [asked, setAsked] = useState(0);
  const isAsking = useRef(false);
  const ask = useCallback((): void => setAsked((count) => count + 1), []);
  useEffect(() => {
    let isWanted = true;
    const fetch = async (): Promise<void> => {
      isAsking.current = true;
      try {
        const data = await gateway.ask(document, variables);
        if (isWanted) setAnswer({ data, fault: null });
      } catch (cause) {
        if (isWanted) setAnswer(({ data }) => ({ data, fault: faultText(cause) }));
      } finally {
        if (isWanted) isAsking.current = false;
      }
    };
    void fetch();
    return () => {
      isWanted = false;
    };
  }, [gateway, document, variables, asked]);
  useEffect(() => {
    if (everyMs === null || isPaused) return undefined;
    const timer = setInterval(() => {
      // Asking again gives up the answer that is on its way: a gateway slower than the beat would never be heard.
      if (window.document.visibilityState === 'visible' && !isAsking.current) ask();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isPaused, ask]);
  return { ...answer, ask };
}
