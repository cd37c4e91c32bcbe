import { useCallback, useState } from 'react';
import { useDesk } from '../live/Desk.js';
import { faultText } from '../wire/GatewayFault.js';
import { callsOf, readOutcome, type AlertCommand } from './alertCommands.js';

export interface AlertCommands {
  readonly isBusy: boolean;
  /** What the last one came to; null before the first. */
  readonly told: string | null;
  /** Resolves with whether the gateway answered; what was typed is to stay where it did not. */
  readonly give: (command: AlertCommand, ids: readonly string[]) => Promise<boolean>;
}

/** Gives commands on alerts and tells what came of them. */
export function useAlertCommands(): AlertCommands {
  const { gateway } = useDesk();
  const [isBusy, setBusy] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const give = useCallback(
    async (command: AlertCommand, ids: readonly string[]): Promise<boolean> => {
      if (ids.length === 0) return false;
      setBusy(true);
      try {
        const outcomes: string[] = [];
        for (const call of callsOf(command, ids)) outcomes.push(readOutcome(call, await gateway.ask(call.document, { input: call.input })));
        // Comments go one by one: what all came to is told once, with their number; what differs, each.
        const distinct = [...new Set(outcomes)];
        setTold(distinct.length === 1 && outcomes.length > 1 ? `${outcomes.length} times: ${distinct.join('')}` : distinct.join(' '));
        return true;
      } catch (cause) {
        setTold(faultText(cause));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [gateway],
  );
  return { isBusy, told, give };
}
