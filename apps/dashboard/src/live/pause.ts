import { useSyncExternalStore } from 'react';
import { useDesk } from './Desk.js';

export interface PauseControl {
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
}

/** Whether what is shown is held still; boards go on receiving meanwhile. */
export function usePause(): PauseControl {
  const { pause, setPaused } = useDesk();
  const isPaused = useSyncExternalStore(pause.bell.listen, () => pause.isPaused);
  return { isPaused, setPaused };
}
