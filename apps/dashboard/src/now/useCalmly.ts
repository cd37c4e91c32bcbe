import { useEffect, useMemo } from 'react';
import { useDesk } from '../live/Desk.js';
import { FrameBell } from '../live/FrameBell.js';

/** Summing up 20,000 levels takes some 3 ms: done once a second it is not felt, done at each change it would be. */
const BEAT_MS = 1_000;

/** A bell that rings once a second at most, when stock has changed since. */
export function useCalmly(): FrameBell {
  const { stock } = useDesk();
  const bell = useMemo(() => new FrameBell((run) => requestAnimationFrame(run)), []);
  useEffect(() => {
    let seen = stock.revision;
    const timer = setInterval(() => {
      if (stock.revision === seen) return;
      seen = stock.revision;
      bell.ring();
    }, BEAT_MS);
    return () => clearInterval(timer);
  }, [stock, bell]);
  return bell;
}
