import { createContext, use } from 'react';
import { AlertBoard } from '../alerts/AlertBoard.js';
import { ALERTS_DOCUMENT, readAlertBatch } from '../alerts/alert.js';
import type { Settings } from '../session/settings.js';
import { StockBoard } from '../stock/StockBoard.js';
import { LEVELS_DOCUMENT, readLevelBatch } from '../stock/level.js';
import { Gateway } from '../wire/Gateway.js';
import { FrameBell } from './FrameBell.js';
import { LiveConnection } from './LiveConnection.js';
import { PauseSwitch } from './PauseSwitch.js';

/** Everything that one signed-in page works with; a new one for each token. */
export interface Desk {
  readonly stock: StockBoard;
  readonly alerts: AlertBoard;
  readonly connection: LiveConnection;
  readonly gateway: Gateway;
  readonly ingestUrl: string;
  /** Where GraphiQL is, too. */
  readonly graphqlUrl: string;
  readonly pause: PauseSwitch;
  readonly setPaused: (isPaused: boolean) => void;
}

/** Wires boards and connection together; `connection.start()` begins. */
export function openDesk(settings: Settings, token: string): Desk {
  const newBell = (): FrameBell => new FrameBell((run) => requestAnimationFrame(run));
  const gateway = new Gateway(settings.graphqlUrl, token);
  const stock = new StockBoard(newBell(), () => performance.now());
  const alerts = new AlertBoard({
    bell: newBell(),
    later: (run, delayMs) => setTimeout(run, delayMs),
    askEnded: (ids) => gateway.endedAlerts(ids),
  });
  const streams = [
    {
      document: LEVELS_DOCUMENT,
      begin: () => stock.begin(),
      take: (data: unknown) => stock.take(readLevelBatch(data)),
      forgetCursor: () => stock.forgetCursor(),
    },
    {
      document: ALERTS_DOCUMENT,
      begin: () => alerts.begin(),
      take: (data: unknown) => alerts.take(readAlertBatch(data)),
      forgetCursor: () => alerts.forgetCursor(),
    },
  ];
  const connection = new LiveConnection({ url: settings.graphqlWsUrl, token }, streams);
  const pause = new PauseSwitch(newBell());
  const setPaused = (isPaused: boolean): void => {
    if (isPaused) stock.pause();
    else stock.resume();
    pause.set(isPaused);
  };
  return { stock, alerts, connection, gateway, ingestUrl: settings.ingestUrl, graphqlUrl: settings.graphqlUrl, pause, setPaused };
}

export const DeskContext = createContext<Desk | null>(null);

/** The desk of the signed-in page; throws outside of one. */
export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (desk === null) throw new Error('useDesk was called outside of a signed-in page');
  return desk;
}
